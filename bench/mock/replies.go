package main

import (
	"fmt"
	"strings"
)

// What the mock says: a completion of about 700 bytes and chunks of about 270,
// shaped and sized as OpenAI sends them.

const modelList = `{"object":"list","data":[{"id":"gpt-4o-mini","object":"model","created":1721172741,"owned_by":"system"}]}`

const details = `"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}`

const completionHead = `"id":"chatcmpl-BqT1yKZ0mock0000000000000001","object":"chat.completion","created":1750000000,"model":"gpt-4o-mini"`

const chunkHead = `"id":"chatcmpl-BqT1yKZ0mock0000000000000001","object":"chat.completion.chunk","created":1750000000,"model":"gpt-4o-mini","service_tier":"default","system_fingerprint":"fp_mock"`

const answer = "Paris is the capital of France. It lies on the Seine, in the north of the country, and is its largest city and seat of government."

var completion = []byte(`{` + completionHead + `,"choices":[{"index":0,"message":{"role":"assistant","content":"` + answer +
	`","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":24,"completion_tokens":13,"total_tokens":37,` +
	details + `},"service_tier":"default","system_fingerprint":"fp_mock"}`)

var words = strings.Fields("The quick brown fox jumps over the lazy dog while a gateway forwards every token it sees to the client without holding any of them back")

var (
	roleFrame = choiceFrame(`{"role":"assistant","content":"","refusal":null}`, `null`)
	stopFrame = choiceFrame(`{}`, `"stop"`)
	doneFrame = sse("[DONE]")
)

func sse(data string) []byte { return []byte("data: " + data + "\n\n") }

func choiceFrame(delta, finish string) []byte {
	return sse(`{` + chunkHead + `,"choices":[{"index":0,"delta":` + delta + `,"logprobs":null,"finish_reason":` + finish + `}]}`)
}

func contentFrame(i int) []byte {
	return choiceFrame(`{"content":"`+words[i%len(words)]+` "}`, `null`)
}

func usageFrame(chunks int) []byte {
	return sse(fmt.Sprintf(`{%s,"choices":[],"usage":{"prompt_tokens":24,"completion_tokens":%d,"total_tokens":%d,%s}}`,
		chunkHead, chunks, 24+chunks, details))
}
