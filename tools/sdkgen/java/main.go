// Prints the files of the Java SDK, as ../main.go does those of others. A module of its own: the generator of Java needs an older
// version of Pulumi's packages.
//
// Usage: go run . <schema.json>
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Named in a comment of each file.
const tool = "Pulumi's SDK generator"

// The schema refers to no other package, so no plugin has to be loaded for one.
type noOtherPackages struct{ schema.ReferenceLoader }

func main() {
	log.SetFlags(0)
	// The generator prints warnings, of what is no fault, where the files go.
	output := os.Stdout
	os.Stdout = os.Stderr
	pkg, err := bind(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	files, err := java.GeneratePackage(tool, pkg, nil, nil, false, false)
	if err != nil {
		log.Fatal(err)
	}
	texts := map[string]string{}
	for path, text := range files {
		texts[path] = string(text)
	}
	if err := json.NewEncoder(output).Encode(texts); err != nil {
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
