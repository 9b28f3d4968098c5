// journal-check verifies a journal of Plus1 with code that shares nothing with pkg/journal: signed notes and trees are those of
// golang.org/x/mod, which the checksum database of Go uses.
//
//	journal-check [-checkpoint FILE]… [-key VKEY]… DIR    verifies every chain at and below DIR
//	journal-check -batch DIR                 reads {"files":{PATH:BASE64|null}} from standard input, one a line, and verifies DIR
//	                                         as it would be with each of these changes; prints one answer a line
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Names of files below the root, with their bytes.
type files map[string][]byte

type answer struct {
	Whole  bool     `json:"whole"`
	Faults []string `json:"faults"`
	Notes  []string `json:"notes"`
}

type list []string

// What an auditor brings: checkpoints that were kept, and verifier keys.
type proofs struct {
	kept []string
	keys []string
}

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	var kept, keys list
	flag.Var(&kept, "checkpoint", "a checkpoint that was kept; may be repeated")
	flag.Var(&keys, "key", "a verifier key that was given, of any chain of the journal; may be repeated")
	batch := flag.Bool("batch", false, "read changes from standard input")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: journal-check [-batch] [-checkpoint FILE] [-key VKEY] DIR")
		os.Exit(2)
	}
	given, err := readKept(kept)
	if err == nil {
		err = run(flag.Arg(0), proofs{kept: given, keys: keys}, *batch)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(root string, given proofs, batch bool) error {
	all, err := read(root)
	if err != nil {
		return err
	}
	if batch {
		return runBatch(all, given)
	}
	found := judge(all, given)
	for _, fault := range found.Faults {
		fmt.Println("fault:", fault)
	}
	for _, note := range found.Notes {
		fmt.Println(note)
	}
	if !found.Whole {
		os.Exit(1)
	}
	return nil
}

func runBatch(all files, given proofs) error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(in)
	for decoder.More() {
		var change struct {
			Files map[string]*[]byte `json:"files"`
		}
		if err := decoder.Decode(&change); err != nil {
			return err
		}
		changed := files{}
		for path, bytes := range all {
			changed[path] = bytes
		}
		for path, bytes := range change.Files {
			if bytes == nil {
				delete(changed, path)
			} else {
				changed[path] = *bytes
			}
		}
		if err := out.Encode(judge(changed, given)); err != nil {
			return err
		}
	}
	return nil
}

func readKept(paths []string) ([]string, error) {
	var notes []string
	for _, path := range paths {
		bytes, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		notes = append(notes, splitNotes(string(bytes))...)
	}
	return notes, nil
}

// read takes every file below the root, links left out.
func read(root string) (files, error) {
	found := files{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		bytes, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, path)
		found[filepath.ToSlash(below)] = bytes
		return err
	})
	return found, err
}
