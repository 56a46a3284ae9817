// mock: a fast OpenAI-compatible provider for the benchmark. Loopback only.
//
// Its pace can be changed while it runs, so that one mock serves every scenario
// and a gateway need not be restarted between them:
//
//	POST /control {"latency_ms":60,"ttft_ms":50,"itl_ms":10,"chunks":50}
//	GET  /stats
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// pace is how the mock answers: all zero means at once.
type pace struct {
	latency time.Duration // before a plain reply
	ttft    time.Duration // before a stream's first chunk
	itl     time.Duration // between two chunks
	frames  [][]byte      // one SSE frame per content chunk
}

var (
	current atomic.Pointer[pace]
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

	plain, streams, aborted, bad, conns atomic.Int64
	inflight, maxInflight               atomic.Int64
)

func setPace(latency, ttft, itl time.Duration, chunks int) {
	p := &pace{latency: latency, ttft: ttft, itl: itl}
	for i := 0; i < chunks; i++ {
		p.frames = append(p.frames, contentFrame(i))
	}
	current.Store(p)
}

// wait sleeps for d and reports false when the client has gone away meanwhile.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

func enter() {
	n := inflight.Add(1)
	for {
		m := maxInflight.Load()
		if n <= m || maxInflight.CompareAndSwap(m, n) {
			return
		}
	}
}

type request struct {
	Stream        bool            `json:"stream"`
	Messages      json.RawMessage `json:"messages"`
	StreamOptions *struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
}

func chat(w http.ResponseWriter, r *http.Request) {
	enter()
	defer inflight.Add(-1)

	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if _, err := io.Copy(b, r.Body); err != nil {
		bad.Add(1)
		http.Error(w, "read", http.StatusBadRequest)
		return
	}
	var q request
	if err := json.Unmarshal(b.Bytes(), &q); err != nil || len(q.Messages) == 0 {
		bad.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"error":{"message":"bad request","type":"invalid_request_error","param":null,"code":null}}`)
		return
	}
	w.Header().Set("X-Request-Id", "req_mock")
	w.Header().Set("Openai-Processing-Ms", "1")
	finished := false
	if q.Stream {
		streams.Add(1)
		finished = answerStream(w, r, q.StreamOptions != nil && q.StreamOptions.IncludeUsage)
	} else {
		plain.Add(1)
		finished = answerPlain(w, r)
	}
	if !finished {
		aborted.Add(1)
	}
}

func answerPlain(w http.ResponseWriter, r *http.Request) bool {
	if !wait(r, current.Load().latency) {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(completion)))
	_, err := w.Write(completion)
	return err == nil
}

func answerStream(w http.ResponseWriter, r *http.Request, usage bool) bool {
	p := current.Load()
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	flusher := w.(http.Flusher)
	if !wait(r, p.ttft) {
		return false
	}
	// The role frame goes out together with the first content frame, so that
	// the time to the first token is the time of the first content.
	w.Write(roleFrame)
	for i, frame := range p.frames {
		if i > 0 && !wait(r, p.itl) {
			return false
		}
		if _, err := w.Write(frame); err != nil {
			return false
		}
		flusher.Flush()
	}
	w.Write(stopFrame)
	if usage {
		w.Write(usageFrame(len(p.frames)))
	}
	w.Write(doneFrame)
	flusher.Flush()
	return true
}

func control(w http.ResponseWriter, r *http.Request) {
	c := struct {
		Latency float64 `json:"latency_ms"`
		TTFT    float64 `json:"ttft_ms"`
		ITL     float64 `json:"itl_ms"`
		Chunks  int     `json:"chunks"`
	}{Chunks: 50}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ms := func(f float64) time.Duration { return time.Duration(f * float64(time.Millisecond)) }
	setPace(ms(c.Latency), ms(c.TTFT), ms(c.ITL), c.Chunks)
	maxInflight.Store(0)
	io.WriteString(w, "ok\n")
}

func stats(w http.ResponseWriter) {
	json.NewEncoder(w).Encode(map[string]int64{
		"plain": plain.Load(), "stream": streams.Load(), "aborted": aborted.Load(), "bad": bad.Load(),
		"conns": conns.Load(), "inflight": inflight.Load(), "max_inflight": maxInflight.Load(),
	})
}

func handle(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch {
	case r.Method == "POST" && strings.HasSuffix(path, "/chat/completions"):
		chat(w, r)
	case r.Method == "GET" && strings.HasSuffix(path, "/models"):
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, modelList)
	case r.Method == "POST" && path == "/control":
		control(w, r)
	case r.Method == "GET" && path == "/stats":
		stats(w)
	case r.Method == "POST" && path == "/v1/traces": // of a gateway that is traced
		io.Copy(io.Discard, r.Body)
	default:
		bad.Add(1)
		http.Error(w, `{"error":{"message":"not found","type":"invalid_request_error"}}`, http.StatusNotFound)
	}
}

func main() {
	port := flag.Int("port", 9100, "port to listen on, on 127.0.0.1")
	flag.Parse()
	setPace(0, 0, 0, 50)

	ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(handle), ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}}
	log.Printf("mock pid %d on %s", os.Getpid(), ln.Addr())
	log.Fatal(server.Serve(ln))
}
