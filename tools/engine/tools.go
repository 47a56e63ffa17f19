//go:build tools

// Package engine pins the Pulumi CLI and its YAML language host, which the tests and the demo run on.
package engine

import (
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
