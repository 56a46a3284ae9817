package main

import (
	"math"
	"sort"
	"syscall"
	"time"
)

// histogram counts durations in buckets 1.5 % wide, from 1 us on.
type histogram struct{ n [1400]int64 }

func (h *histogram) add(d time.Duration) {
	i := 0
	if us := float64(d) / 1e3; us > 1 {
		i = int(math.Log(us) / math.Log(1.015))
	}
	if i >= len(h.n) {
		i = len(h.n) - 1
	}
	h.n[i]++
}

func (h *histogram) merge(o *histogram) {
	for i, v := range o.n {
		h.n[i] += v
	}
}

// quantile is in milliseconds.
func (h *histogram) quantile(p float64) float64 {
	var total, seen int64
	for _, v := range h.n {
		total += v
	}
	if total == 0 {
		return 0
	}
	k := int64(math.Ceil(p * float64(total)))
	for i, v := range h.n {
		if seen += v; seen >= k {
			return math.Pow(1.015, float64(i)+0.5) / 1e3
		}
	}
	return 0
}

type summary struct {
	N    int     `json:"n"`
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99_9"`
	Max  float64 `json:"max"`
}

func summarize(v []float64) *summary {
	if len(v) == 0 {
		return nil
	}
	sort.Float64s(v)
	round := func(x float64) float64 { return math.Round(x*1e4) / 1e4 }
	at := func(p float64) float64 {
		i := int(math.Ceil(p*float64(len(v)))) - 1
		if i < 0 {
			i = 0
		}
		return round(v[i])
	}
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return &summary{len(v), round(sum / float64(len(v))), at(.5), at(.9), at(.99), at(.999), at(1)}
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// ownCPU is the CPU time this process has used, in seconds.
func ownCPU() float64 {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}
