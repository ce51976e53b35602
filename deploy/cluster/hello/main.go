// Package main is a server that says who it is, for the stories.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	name, _ := os.Hostname()
	err := http.ListenAndServe(":8080", http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, "hello from", name)
	}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
