// Prints the files of an SDK that Pulumi generates from a schema, as JSON: their texts by their paths. It belongs to the module of
// tools/engine, so that engine and generators are of one version.
//
// Usage: go run ../sdkgen/main.go <schema.json> nodejs|python|go
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Named in a comment of each file.
const tool = "Pulumi's SDK generator"

// The schema refers to no other package, so no plugin has to be loaded for one.
type noOtherPackages struct{ schema.ReferenceLoader }

func main() {
	log.SetFlags(0)
	pkg, err := bind(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	files, err := generate(pkg, os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	texts := map[string]string{}
	for path, text := range files {
		texts[path] = string(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(texts); err != nil {
		log.Fatal(err)
	}
}

func bind(path string) (*schema.Package, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, noOtherPackages{}, schema.ValidationOptions{})
	if err == nil && diagnostics.HasErrors() {
		err = diagnostics
	}
	return pkg, err
}

func generate(pkg *schema.Package, language string) (map[string][]byte, error) {
	switch language {
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, noOtherPackages{})
	case "python":
		return python.GeneratePackage(tool, pkg, nil, noOtherPackages{})
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("no generator for %q", language)
}
