// Reads one of our logs with the packages of Go's own team, golang.org/x/mod/sumdb/note and tlog,
// after which C2SP's formats are made. Usage: check FOLDER KEY INDEX [OLD-CHECKPOINT]
//
// It checks the signature, every tile against the signed root, every entry against its leaf, a proof
// that it makes itself for INDEX, and that the log extends the old checkpoint.
package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// read gives a tile; its path differs from that of Go's own log in that it does not name the height.
func (f folder) read(tile tlog.Tile) ([]byte, error) {
	path := filepath.Join(string(f), "tile", strings.TrimPrefix(tile.Path(), "tile/8/"))
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) && tile.W < 256 {
		whole := tile
		whole.W = 256
		data, err = f.read(whole)
		if len(data) == 256*tlog.HashSize {
			data = data[:tile.W*tlog.HashSize]
		}
	}
	return data, err
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func checkpoint(path, key string) tlog.Tree {
	verifier := must(note.NewVerifier(key))
	opened := must(note.Open(must(os.ReadFile(path)), note.VerifierList(verifier)))
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		log.Fatalf("not a checkpoint of %s", verifier.Name())
	}
	return tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64)), Hash: must(tlog.ParseHash(lines[2]))}
}

func entries(f folder, size int64) [][]byte {
	var all [][]byte
	for number := int64(0); number*256 < size; number++ {
		width := int(min(256, size-number*256))
		tile := tlog.Tile{H: 8, L: -1, N: number, W: width}
		path := strings.Replace(tile.Path(), "tile/8/data", "tile/entries", 1)
		data := must(os.ReadFile(filepath.Join(string(f), path)))
		for len(data) > 0 {
			end := 2 + int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:end])
			data = data[end:]
		}
	}
	return all
}

func main() {
	log.SetFlags(0)
	place, key := os.Args[1], os.Args[2]
	tree := checkpoint(filepath.Join(place, "checkpoint"), key)
	reader := tlog.TileHashReader(tree, folder(place))
	all := entries(folder(place), tree.N)
	if int64(len(all)) != tree.N {
		log.Fatalf("%d entries for a tree of %d", len(all), tree.N)
	}
	indexes := make([]int64, tree.N)
	for n := range indexes {
		indexes[n] = tlog.StoredHashIndex(0, int64(n))
	}
	for n, hash := range must(reader.ReadHashes(indexes)) {
		if hash != tlog.RecordHash(all[n]) {
			log.Fatalf("entry %d is not its leaf", n)
		}
	}
	index := must(strconv.ParseInt(os.Args[3], 10, 64))
	proof := must(tlog.ProveRecord(tree.N, index, reader))
	must(0, tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(all[index])))
	for _, hash := range proof {
		fmt.Println(hash)
	}
	if len(os.Args) > 4 {
		old := checkpoint(os.Args[4], key)
		must(0, tlog.CheckTree(must(tlog.ProveTree(tree.N, old.N, reader)), tree.N, tree.Hash, old.N, old.Hash))
	}
}
