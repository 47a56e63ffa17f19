// Packs a folder as the zip file that a Go module proxy serves.
package main

import (
	"log"
	"os"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: go run . <folder> <module path> <version> <zip file>")
	}
	folder, path, version, file := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	out, err := os.Create(file)
	if err != nil {
		log.Fatal(err)
	}
	if err := zip.CreateFromDir(out, module.Version{Path: path, Version: version}, folder); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}
