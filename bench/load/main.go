// load: a load generator for OpenAI-compatible chat completion endpoints. It
// speaks HTTP/1.1 over its own keep-alive connections with little work per
// request, so that it takes as small a part of a shared machine as it can.
// Loopback targets only. Every run is bounded in time.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type headerFlags []string

func (h *headerFlags) String() string     { return strings.Join(*h, "; ") }
func (h *headerFlags) Set(s string) error { *h = append(*h, s); return nil }

var (
	target  = flag.String("url", "http://127.0.0.1:9100/v1/chat/completions", "endpoint")
	model   = flag.String("model", "gpt-4o-mini", "model name")
	conns   = flag.Int("c", 1, "connections (closed loop), most connections (open loop)")
	perConn = flag.Int("n", 0, "closed loop: requests per connection, then end (0: until the time is over)")
	ramp    = flag.Duration("ramp", 0, "closed loop: spread the first requests over this time")
	rate    = flag.Float64("rate", 0, "open loop: requests per second (0: closed loop)")
	dur     = flag.Duration("d", 5*time.Second, "measured time")
	warm    = flag.Duration("warmup", time.Second, "time before measuring")
	stream  = flag.Bool("stream", false, "streaming")
	expect  = flag.Int("expect-chunks", 50, "content chunks each stream must have")
	prompt  = flag.Int("prompt-bytes", 400, "size of the user message")
	timeout = flag.Duration("timeout", 60*time.Second, "per request")
	drain   = flag.Duration("drain", 30*time.Second, "how long to wait for running requests at the end")
	keys    = flag.String("keys", "", "file of client keys, one a line: each request takes the next one, in place of an Authorization header")
	headers headerFlags

	requests          [][]byte
	turn              atomic.Int64 // of the requests
	hostport          string
	warmEnd, deadline time.Time
)

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(2)
}

// buildRequests makes one request for each client key, or one for all.
func buildRequests(u *url.URL) ([][]byte, error) {
	if *keys == "" {
		return [][]byte{buildRequest(u, headers)}, nil
	}
	text, err := os.ReadFile(*keys)
	if err != nil {
		return nil, err
	}
	var others []string
	for _, h := range headers {
		if !strings.HasPrefix(strings.ToLower(h), "authorization:") {
			others = append(others, h)
		}
	}
	var all [][]byte
	for _, key := range strings.Fields(string(text)) {
		all = append(all, buildRequest(u, append(others[:len(others):len(others)], "Authorization: Bearer "+key)))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no keys", *keys)
	}
	return all, nil
}

func buildRequest(u *url.URL, headers []string) []byte {
	text := strings.Repeat("Tell me about the capital of France and its river. ", *prompt/51+1)[:*prompt]
	body := map[string]any{"model": *model, "temperature": 0.7, "max_tokens": 256, "messages": []map[string]string{
		{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": text}}}
	if *stream {
		body["stream"] = true
	}
	raw, _ := json.Marshal(body)
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: OpenAI/Python 1.99.0\r\nAccept: application/json\r\n", u.RequestURI(), u.Host)
	fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(raw))
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(raw)
	return b.Bytes()
}

// closedLoop: each connection sends its next request when the last one is answered.
func closedLoop(clients []*client, wg *sync.WaitGroup) {
	for i, c := range clients {
		i, c := i, c
		wg.Add(1)
		go func() {
			defer wg.Done()
			time.Sleep(*ramp * time.Duration(i) / time.Duration(len(clients)))
			for n := 0; (*perConn == 0 || n < *perConn) && time.Now().Before(deadline); n++ {
				c.one(time.Now())
			}
		}()
	}
}

// openLoop: requests are due at a fixed rate, answered or not; one that finds no
// idle connection waits, and its wait counts as latency. The connection that became
// idle last is used first, as a client's pool does it.
func openLoop(clients []*client, wg *sync.WaitGroup) {
	var mu sync.Mutex
	idle := append([]*client(nil), clients...)
	var queue []time.Time

	work := func(c *client, due time.Time) {
		defer wg.Done()
		for {
			if time.Now().Before(deadline.Add(*drain)) {
				c.one(due)
			} else {
				c.fail("never sent: no connection became idle")
			}
			mu.Lock()
			if len(queue) == 0 {
				idle = append(idle, c)
				mu.Unlock()
				return
			}
			due, queue = queue[0], queue[1:]
			mu.Unlock()
		}
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		gap := time.Duration(float64(time.Second) / *rate)
		for due := time.Now(); due.Before(deadline); due = due.Add(gap) {
			time.Sleep(time.Until(due))
			mu.Lock()
			if n := len(idle); n > 0 {
				c := idle[n-1]
				idle = idle[:n-1]
				wg.Add(1)
				go work(c, due)
			} else {
				queue = append(queue, due)
			}
			mu.Unlock()
		}
	}()
}

// waitUntil returns at t, or as soon as all is done.
func waitUntil(t time.Time, finished <-chan struct{}) {
	select {
	case <-time.After(time.Until(t)):
	case <-finished:
	}
}

func main() {
	flag.Var(&headers, "H", "extra header, may be repeated")
	flag.Parse()
	u, err := url.Parse(*target)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		fail("-url must be http://HOST:PORT/…")
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		fail("refused: only loopback targets")
	}
	if *conns < 1 || *conns > 20000 || *dur > 10*time.Minute || *warm > 10*time.Minute {
		fail("refused: 1 to 20,000 connections, at most 10 minutes")
	}
	hostport = u.Host
	if requests, err = buildRequests(u); err != nil {
		fail(err.Error())
	}

	clients := make([]*client, *conns)
	for i := range clients {
		clients[i] = &client{}
	}
	start := time.Now()
	warmEnd = start.Add(*warm)
	deadline = warmEnd.Add(*dur)
	var wg sync.WaitGroup
	if *rate > 0 {
		openLoop(clients, &wg)
	} else {
		closedLoop(clients, &wg)
	}
	finished := make(chan struct{})
	go func() { wg.Wait(); close(finished) }()

	count := func() (done, chunks int64) {
		for _, c := range clients {
			done += c.done.Load()
			chunks += c.chunks.Load()
		}
		return
	}
	waitUntil(warmEnd, finished)
	done0, chunks0 := count()
	cpu0, t0 := ownCPU(), time.Now()
	waitUntil(deadline, finished)
	done1, chunks1 := count()
	cpu1, seconds := ownCPU(), time.Since(t0).Seconds()

	hung := false
	select {
	case <-finished:
	case <-time.After(*drain + *timeout):
		hung = true
	}
	total, _ := count()

	sum := client{errs: map[string]int{}}
	for _, c := range clients {
		sum.lat = append(sum.lat, c.lat...)
		sum.lag = append(sum.lag, c.lag...)
		sum.ttft = append(sum.ttft, c.ttft...)
		sum.gaps.merge(&c.gaps)
		for text, n := range c.errs {
			if len(sum.errs) < 8 || sum.errs[text] > 0 {
				sum.errs[text] += n
			}
		}
		sum.failed += c.failed
		sum.noDone += c.noDone
		sum.wrongCount += c.wrongCount
		sum.bad += c.bad
		sum.reconnects += c.reconnects
		sum.bodyBytes += c.bodyBytes
	}
	out := map[string]any{
		"connections": *conns, "rate": *rate, "stream": *stream,
		"seconds": seconds, "wall_s": time.Since(start).Seconds(), "hung": hung,
		"rps": float64(done1-done0) / seconds, "completed": total,
		"latency_ms": summarize(sum.lat), "errors": sum.failed, "error_samples": sum.errs,
		"reconnects": sum.reconnects, "body_bytes": sum.bodyBytes, "load_cpu_s": cpu1 - cpu0,
	}
	if *rate > 0 {
		out["dispatch_lag_ms"] = summarize(sum.lag)
	}
	if *stream {
		out["ttft_ms"] = summarize(sum.ttft)
		out["chunks_per_s"] = float64(chunks1-chunks0) / seconds
		out["gap_ms"] = map[string]float64{"p50": sum.gaps.quantile(.5), "p99": sum.gaps.quantile(.99)}
		out["bad_streams"], out["no_done"], out["wrong_chunk_count"] = sum.bad, sum.noDone, sum.wrongCount
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	encoder.Encode(out)
}
