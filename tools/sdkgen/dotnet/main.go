// Prints the files of the .NET SDK, as ../main.go does those of others. A module of its own: later versions of Pulumi's packages have no
// generator of .NET.
//
// Usage: go run . <schema.json> <logo.png>
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Named in a comment of each file.
const tool = "Pulumi's SDK generator"

// None of the examples is in C#, and the generator would show those of other languages.
var examples = regexp.MustCompile(`(?:\\n)*\{\{% examples %\}\}.*?\{\{% /examples %\}\}`)

// The schema refers to no other package, so no plugin has to be loaded for one.
type noOtherPackages struct{ schema.ReferenceLoader }

func main() {
	log.SetFlags(0)
	// The generator downloads the logo.
	logo := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		http.ServeFile(response, request, os.Args[2])
	}))
	defer logo.Close()
	pkg, err := bind(os.Args[1], logo.URL)
	if err != nil {
		log.Fatal(err)
	}
	files, err := dotnet.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	// The logo is the one file that is no text.
	delete(files, "logo.png")
	texts := map[string]string{}
	for path, text := range files {
		texts[path] = string(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(texts); err != nil {
		log.Fatal(err)
	}
}

func bind(path, logoURL string) (*schema.Package, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(examples.ReplaceAll(text, nil), &spec); err != nil {
		return nil, err
	}
	spec.LogoURL = logoURL
	pkg, diagnostics, err := schema.BindSpec(spec, noOtherPackages{})
	if err == nil && diagnostics.HasErrors() {
		err = diagnostics
	}
	return pkg, err
}
