// Checks an evidence bundle with the Go team's own code for signed notes and transparency logs, and nothing of ours.
//
// Debian: apt install golang-go golang-golang-x-mod-dev
// Build:  GO111MODULE=off GOPATH=/usr/share/gocode go build -o goverify .
// Use:    goverify BUNDLE
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosigner verifies timestamped cosignatures (c2sp.org/tlog-cosignature, type 0x04), which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func must(err error) {
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	data, err := os.ReadFile(name)
	must(err)
	return data
}

// verifiers reads the keys of a tlog-policy file.
func verifiers(policy string) (found []note.Verifier) {
	for _, line := range strings.Split(policy, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || (words[0] != "log" && words[0] != "witness") {
			continue
		}
		vkey := words[1]
		if words[0] == "witness" {
			vkey = words[2]
		}
		parts := strings.SplitN(vkey, "+", 3)
		raw, err := base64.StdEncoding.DecodeString(parts[2])
		must(err)
		if raw[0] == 4 {
			sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
			found = append(found, cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), raw[1:]})
			continue
		}
		v, err := note.NewVerifier(vkey)
		must(err)
		found = append(found, v)
	}
	return
}

// open verifies a checkpoint and returns its tree.
func open(data []byte, keys note.Verifiers) tlog.Tree {
	n, err := note.Open(data, keys)
	must(err)
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	fmt.Printf("ok note of %s, %d entries, %d signatures\n", lines[0], size, len(n.Sigs))
	return tlog.Tree{N: size, Hash: root}
}

// entries calls each with every entry of the bundles, in order.
func entries(log string, size int64, each func(n int64, entry []byte)) {
	for n := int64(0); n < size; {
		tile := tlog.Tile{H: 8, L: 0, N: n / 256, W: 256}
		if size-n < 256 {
			tile.W = int(size - n)
		}
		data := read(filepath.Join(log, strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)))
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			each(n, data[2:2+length])
			data = data[2+length:]
			n++
		}
	}
}

func main() {
	data := filepath.Join(os.Args[1], "data")
	log := filepath.Join(data, "log")
	keys := note.VerifierList(verifiers(string(read(filepath.Join(data, "keys", "policy.txt"))))...)
	tree := open(read(filepath.Join(log, "checkpoint")), keys)

	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
		for _, i := range indexes {
			found = append(found, stored[i])
		}
		return
	})
	records := bytes.Split(bytes.TrimSuffix(read(filepath.Join(data, "records.jsonl")), []byte("\n")), []byte("\n"))
	entries(log, tree.N, func(n int64, entry []byte) {
		if !bytes.Equal(entry, records[n]) {
			must(fmt.Errorf("entry %d: records.jsonl and the entry bundle differ", n))
		}
		hashes, err := tlog.StoredHashes(n, entry, reader)
		must(err)
		stored = append(stored, hashes...)
	})
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		must(fmt.Errorf("the entries do not lead to the signed root"))
	}
	fmt.Println("ok root of", tree.N, "entries")

	// The hash tiles, through the reader of the checksum database, which verifies every tile it uses.
	tiles := tlog.TileHashReader(tree, tileFiles{log})
	if _, err = tiles.ReadHashes([]int64{tlog.StoredHashIndex(0, tree.N/2)}); err != nil {
		must(err)
	}
	fmt.Println("ok hash tiles")

	older, _ := filepath.Glob(filepath.Join(log, "checkpoints", "*.txt"))
	for _, name := range older {
		old := open(read(name), keys)
		proof, err := tlog.ProveTree(tree.N, old.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
		fmt.Println("ok consistency", old.N, "to", tree.N)
	}
	proofs, _ := filepath.Glob(filepath.Join(data, "proofs", "*.tlog-proof"))
	for _, name := range proofs {
		checkProof(read(name), keys, records)
	}
	fmt.Println("ok", len(proofs), "proofs")
}

// checkProof verifies one c2sp.org/tlog-proof.
func checkProof(data []byte, keys note.Verifiers, records [][]byte) {
	cut := bytes.Index(data, []byte("\n\n"))
	lines := strings.Split(string(data[:cut]), "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		h, err := tlog.ParseHash(line)
		must(err)
		path = append(path, h)
	}
	tree := open(data[cut+2:], keys)
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(records[index])))
}

// tileFiles reads hash tiles from a folder (c2sp.org/tlog-tiles has no height in its names).
type tileFiles struct{ log string }

func (t tileFiles) Height() int { return 8 }
func (t tileFiles) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(t.log, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return
}
func (t tileFiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
