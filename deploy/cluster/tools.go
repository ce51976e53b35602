//go:build tools

// Package tools names the programs that are built as they are, so that go.mod keeps what they need.
package tools

import (
	_ "github.com/traefik/traefik/v3/cmd/traefik"
	_ "helm.sh/helm/v3/cmd/helm"
)
