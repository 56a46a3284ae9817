package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

var (
	dataPrefix   = []byte("data:")
	doneMark     = []byte("[DONE]")
	contentField = []byte(`"content":`)
	usageField   = []byte(`"usage"`)
	errorField   = []byte(`"error"`)
)

// client sends requests over one keep-alive connection, one after the other.
type client struct {
	done, chunks   atomic.Int64 // since the start, read by main while it runs
	lat, lag, ttft []float64    // ms, of requests that ended in the measured time or after it
	gaps           histogram    // between the chunks of a stream
	errs           map[string]int
	failed         int // without a complete answer
	noDone         int // streams that ended without [DONE]
	wrongCount     int // streams with too few or too many chunks
	bad            int // streams with either
	reconnects     int
	bodyBytes      int64

	conn   net.Conn
	reader *bufio.Reader // of the connection
	lines  *bufio.Reader // of the body
}

type answer struct {
	ttft    time.Duration
	chunks  int
	gotDone bool
}

type head struct {
	status  int
	length  int64 // -1 if not given
	chunked bool
	closing bool
}

// one sends a request that was due at t0 and records what came of it.
func (c *client) one(t0 time.Time) {
	start := time.Now()
	a, err := c.exchange(start)
	end := time.Now()
	if err != nil {
		c.fail(err.Error())
		time.Sleep(5 * time.Millisecond)
		return
	}
	c.done.Add(1)
	if *stream {
		short := a.chunks != *expect
		if short {
			c.wrongCount++
		}
		if !a.gotDone {
			c.noDone++
		}
		if short || !a.gotDone {
			c.bad++
		}
	}
	if end.Before(warmEnd) {
		return
	}
	c.lat = append(c.lat, ms(end.Sub(t0)))
	if *rate > 0 {
		c.lag = append(c.lag, ms(start.Sub(t0)))
	}
	if *stream && a.chunks > 0 {
		c.ttft = append(c.ttft, ms(a.ttft+start.Sub(t0)))
	}
}

func (c *client) fail(text string) {
	c.failed++
	if c.errs == nil {
		c.errs = map[string]int{}
	}
	if len(c.errs) < 8 || c.errs[text] > 0 {
		c.errs[text]++
	}
}

func (c *client) exchange(t0 time.Time) (a answer, err error) {
	if c.conn == nil {
		if c.conn, err = net.DialTimeout("tcp", hostport, 10*time.Second); err != nil {
			c.conn = nil
			return a, err
		}
		c.reader = bufio.NewReaderSize(c.conn, 16<<10)
		c.lines = bufio.NewReaderSize(nil, 8<<10)
	}
	keep := false
	defer func() {
		if !keep {
			c.conn.Close()
			c.conn = nil
			c.reconnects++
		}
	}()
	c.conn.SetDeadline(time.Now().Add(*timeout))
	if _, err = c.conn.Write(requests[turn.Add(1)%int64(len(requests))]); err != nil {
		return a, fmt.Errorf("write: %w", err)
	}
	h, err := c.readHead()
	if err != nil {
		return a, err
	}
	var body io.Reader
	switch {
	case h.chunked:
		body = httputil.NewChunkedReader(c.reader)
	case h.length >= 0:
		body = io.LimitReader(c.reader, h.length)
	default:
		body, h.closing = c.reader, true
	}
	if h.status != 200 {
		b, _ := io.ReadAll(io.LimitReader(body, 300))
		return a, fmt.Errorf("status %d: %s", h.status, bytes.TrimSpace(b))
	}
	c.lines.Reset(body)
	if *stream {
		a, err = c.readStream(t0)
	} else {
		err = c.readPlain()
	}
	if err == nil && h.chunked {
		err = c.skipTrailer()
	}
	keep = err == nil && !h.closing
	return a, err
}

func (c *client) readHead() (h head, err error) {
	for h.status = 100; h.status == 100; {
		h = head{length: -1}
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return h, fmt.Errorf("status line: %w", err)
		}
		if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
			return h, fmt.Errorf("odd status line %q", line)
		}
		h.status, _ = strconv.Atoi(string(line[9:12]))
		h.closing = line[7] == '0'
		for {
			if line, err = c.reader.ReadSlice('\n'); err != nil {
				return h, fmt.Errorf("headers: %w", err)
			}
			if len(line) <= 2 {
				break
			}
			switch {
			case hasPrefixFold(line, "content-length:"):
				if h.length, err = strconv.ParseInt(strings.TrimSpace(string(line[15:])), 10, 64); err != nil {
					return h, err
				}
			case hasPrefixFold(line, "transfer-encoding:"):
				h.chunked = bytes.Contains(bytes.ToLower(line), []byte("chunked"))
			case hasPrefixFold(line, "connection:"):
				h.closing = h.closing || bytes.Contains(bytes.ToLower(line), []byte("close"))
			}
		}
	}
	return h, nil
}

func (c *client) readPlain() error {
	size, complete := 0, false
	for {
		part, err := c.lines.ReadSlice('\n')
		size += len(part)
		complete = complete || bytes.Contains(part, usageField) && bytes.Contains(part, contentField)
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	c.bodyBytes += int64(size)
	if !complete {
		return fmt.Errorf("reply of %d bytes has no content or no usage", size)
	}
	return nil
}

func (c *client) readStream(t0 time.Time) (a answer, err error) {
	var last time.Time
	for {
		line, err := c.lines.ReadSlice('\n')
		c.bodyBytes += int64(len(line))
		if bytes.HasPrefix(line, dataPrefix) {
			data := bytes.TrimSpace(line[len(dataPrefix):])
			switch {
			case bytes.Equal(data, doneMark):
				a.gotDone = true
			case hasContent(data):
				now := time.Now()
				a.chunks++
				c.chunks.Add(1)
				if a.chunks == 1 {
					a.ttft = now.Sub(t0)
				} else if now.After(warmEnd) {
					c.gaps.add(now.Sub(last))
				}
				last = now
			case bytes.Contains(data, errorField) && a.chunks < *expect:
				if len(data) > 200 {
					data = data[:200]
				}
				return a, fmt.Errorf("error in stream: %s", data)
			}
		}
		if err == io.EOF {
			return a, nil
		}
		if err != nil {
			return a, fmt.Errorf("stream after %d chunks: %w", a.chunks, err)
		}
	}
}

func (c *client) skipTrailer() error {
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("trailer: %w", err)
		}
		if len(line) <= 2 {
			return nil
		}
	}
}

// hasContent reports whether a chunk's "content" is a string that is not empty.
func hasContent(data []byte) bool {
	i := bytes.Index(data, contentField)
	if i < 0 {
		return false
	}
	rest := bytes.TrimLeft(data[i+len(contentField):], " ")
	return len(rest) > 1 && rest[0] == '"' && rest[1] != '"'
}

// hasPrefixFold reports whether line begins with the lower-case ASCII prefix.
func hasPrefixFold(line []byte, prefix string) bool {
	if len(line) < len(prefix) {
		return false
	}
	for i := 0; i < len(prefix); i++ {
		c := line[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}
