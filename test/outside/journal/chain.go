package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var segmentName = regexp.MustCompile(`^(\d{8})\.jsonl(\.gz)?$`)

const noHash = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// The envelope of a record, as far as an outsider needs it.
type record struct {
	Chain string         `json:"chain"`
	Seq   int64          `json:"seq"`
	Prev  string         `json:"prev"`
	Time  string         `json:"time"`
	Kind  string         `json:"kind"`
	Pass  *string        `json:"pass"`
	Data  map[string]any `json:"data"`
}

type segmentEntry struct {
	File     string   `json:"file"`
	First    int64    `json:"first"`
	Last     int64    `json:"last"`
	Hash     string   `json:"hash"`
	Root     string   `json:"root"`
	Edge     []string `json:"edge"`
	From     string   `json:"from"`
	Until    string   `json:"until"`
	FileHash string   `json:"fileHash"`
}

type manifest struct {
	V        int            `json:"v"`
	Chain    string         `json:"chain"`
	Origin   string         `json:"origin"`
	Keys     []string       `json:"keys"`
	Segments []segmentEntry `json:"segments"`
	Removed  []segmentEntry `json:"removed"`
}

type chain struct {
	folder string
	files  files
	answer *answer
	about  manifest
	hashes map[int64]tlog.Hash
	seq    int64
	first  int64
	hash   string
	time   string
	// Of each record, by its number.
	lineHash map[int64]string
	times    map[int64]string
	// What records say of segments that were removed, by file.
	removed map[string]map[string]any
	// The passes that left records.
	passes map[string]bool
	// Number of the last segment that is there.
	segment int64
}

// judge verifies every chain among the files.
func judge(all files, given proofs) answer {
	found := answer{Faults: []string{}, Notes: []string{}}
	folders := map[string]bool{}
	for name := range all {
		base := path.Base(name)
		if segmentName.MatchString(base) || base == "manifest.json" || base == "checkpoint" {
			folders[path.Dir(name)] = true
		}
	}
	names := make([]string, 0, len(folders))
	for name := range folders {
		names = append(names, name)
	}
	sort.Strings(names)
	if len(names) == 0 {
		found.Faults = append(found.Faults, "there is no chain")
	}
	for _, name := range names {
		c := &chain{
			folder: name, files: all, answer: &found, hashes: map[int64]tlog.Hash{}, hash: noHash,
			lineHash: map[int64]string{}, times: map[int64]string{}, removed: map[string]map[string]any{},
			passes: map[string]bool{},
		}
		c.judge(given)
	}
	found.Whole = len(found.Faults) == 0
	return found
}

func (c *chain) fault(file, format string, args ...any) {
	c.answer.Faults = append(c.answer.Faults, path.Join(c.folder, file)+": "+fmt.Sprintf(format, args...))
}

func (c *chain) note(format string, args ...any) {
	c.answer.Notes = append(c.answer.Notes, c.about.Chain+": "+fmt.Sprintf(format, args...))
}

func (c *chain) file(name string) ([]byte, bool) {
	bytes, ok := c.files[path.Join(c.folder, name)]
	return bytes, ok
}

func (c *chain) judge(given proofs) {
	if !c.readManifest() {
		return
	}
	c.readSegments()
	c.judgeManifest()
	c.judgeUntold()
	signed := c.judgeNotes(given)
	c.note("records %d to %d, checkpoint of %d, head %s", c.first, c.seq, signed, c.hash)
}

// readManifest takes nothing for true yet but where the chain begins, and the keys.
func (c *chain) readManifest() bool {
	source, ok := c.file("manifest.json")
	if !ok {
		c.fault("manifest.json", "it is missing")
		return false
	}
	if err := json.Unmarshal(source, &c.about); err != nil || !isCanonical(bytes.TrimSuffix(source, []byte("\n"))) || source[len(source)-1] != '\n' {
		c.fault("manifest.json", "it is no manifest in the form of RFC 8785")
		return false
	}
	if !hasKeys(source) {
		c.fault("manifest.json", "a field is missing")
		return false
	}
	if c.about.V != 1 || c.about.Origin != "plus1.dev/"+c.about.Chain {
		c.fault("manifest.json", "version, chain or origin is wrong")
	}
	// The folder that was handed out may be that of the chain itself; then its name is the last part.
	if c.folder != "." && !strings.HasSuffix("/"+c.about.Chain, "/"+path.Base(c.folder)) {
		c.fault("manifest.json", "it is of the chain %s", c.about.Chain)
	}
	for at, entry := range c.about.Removed {
		if entry.First != c.seq+1 || entry.Last < entry.First || strings.TrimSuffix(entry.File, ".gz") != fmt.Sprintf("%08d.jsonl", at+1) || entry.From < c.time || entry.Until < entry.From {
			c.fault("manifest.json", "the segments that were removed do not follow each other")
			return false
		}
		c.seq, c.hash, c.time = entry.Last, entry.Hash, entry.Until
		c.hashes = edgeHashes(entry)
		if root, err := tlog.TreeHash(entry.Last, c.reader()); err != nil || root.String() != entry.Root {
			c.fault("manifest.json", "the tree of %s is not one", entry.File)
			return false
		}
	}
	return true
}

func (c *chain) readSegments() {
	files := map[int64]string{}
	for name := range c.files {
		if path.Dir(name) != c.folder {
			continue
		}
		// Where both forms are there, the one that was written counts.
		if found := segmentName.FindStringSubmatch(path.Base(name)); found != nil && (found[2] == "" || files[number(found[1])] == "") {
			files[number(found[1])] = path.Base(name)
		}
	}
	next := int64(len(c.about.Removed) + 1)
	for number := range files {
		// A crash after the manifest said that it is removed, and before it was.
		if number < next {
			delete(files, number)
		}
	}
	last := next
	for each := range files {
		last = max(last, each)
	}
	c.first = c.seq + 1
	c.segment = last
	for ; next <= last; next++ {
		name, ok := files[next]
		if !ok {
			c.fault(fmt.Sprintf("%08d.jsonl", next), "the segment is missing")
			return
		}
		c.readSegment(name, next == last)
	}
}

func (c *chain) readSegment(name string, isLast bool) {
	source, _ := c.file(name)
	if strings.HasSuffix(name, ".gz") {
		packed, err := gzip.NewReader(bytes.NewReader(source))
		if err == nil {
			source, err = io.ReadAll(packed)
		}
		if err != nil {
			c.fault(name, "it cannot be decompressed: %v", err)
			return
		}
	}
	lines := bytes.Split(source, []byte("\n"))
	if rest := lines[len(lines)-1]; len(rest) > 0 {
		if isLast {
			c.note("%s ends with %d bytes without a line end", name, len(rest))
		} else {
			c.fault(name, "it does not end with a line end")
		}
	}
	for at, line := range lines[:len(lines)-1] {
		c.readLine(fmt.Sprintf("%s:%d", name, at+1), line)
	}
}

func (c *chain) readLine(where string, line []byte) {
	var found record
	if err := json.Unmarshal(line, &found); err != nil {
		c.fault(where, "the line is no record: %v", err)
	}
	if found.Seq != c.seq+1 {
		c.fault(where, "record %d follows record %d", found.Seq, c.seq)
	}
	if found.Prev != c.hash {
		c.fault(where, "it names %s as the record before, which has the hash %s", found.Prev, c.hash)
	}
	if found.Chain != c.about.Chain {
		c.fault(where, "it is of the chain %s", found.Chain)
	}
	if found.Time < c.time {
		c.fault(where, "its time is before that of the record before")
	}
	stored, err := tlog.StoredHashes(c.seq, line, c.reader())
	if err != nil {
		c.fault(where, "the tree cannot grow: %v", err)
		return
	}
	at := tlog.StoredHashIndex(0, c.seq)
	for offset, hash := range stored {
		c.hashes[at+int64(offset)] = hash
	}
	c.seq, c.hash, c.time = c.seq+1, hashOf(line), found.Time
	c.lineHash[c.seq], c.times[c.seq] = c.hash, found.Time
	if found.Pass == nil {
		c.passes[""] = true
	} else {
		c.passes[*found.Pass] = true
	}
	c.judgeAttachments(where, found.Data)
	if file, ok := found.Data["file"].(string); ok && found.Kind == "SegmentRemoved" {
		c.removed[file] = found.Data
	}
}

// judgeAttachments looks at what stands in the data as {"bytes","sha256"}, and in its lists.
func (c *chain) judgeAttachments(where string, data map[string]any) {
	for _, value := range data {
		items, isList := value.([]any)
		if !isList {
			items = []any{value}
		}
		for _, item := range items {
			reference, ok := item.(map[string]any)
			sha, isText := reference["sha256"].(string)
			size, isNumber := reference["bytes"].(float64)
			if !ok || len(reference) != 2 || !isText || !isNumber {
				continue
			}
			name := "attachments/" + sha + ".json"
			found, there := c.file(name)
			if !there || len(found) != int(size) || hashOf(found) != "sha256:"+sha {
				c.fault(name, "it is missing, or not what %s names", where)
			}
		}
	}
}

// judgeRemoved compares what the manifest says of segments that were removed with the records of their removal.
func (c *chain) judgeRemoved() {
	for _, entry := range c.about.Removed {
		said, ok := c.removed[entry.File]
		if !ok {
			continue
		}
		here := []any{float64(entry.First), float64(entry.Last), entry.Hash, entry.Root, entry.From, entry.Until}
		for at, field := range []string{"first", "last", "hash", "root", "from", "until"} {
			if said[field] != here[at] {
				c.fault("manifest.json", "its description of %s is not that of the record of its removal", entry.File)
				break
			}
		}
	}
}

// judgeUntold asks for the record of each removal. Those of the oldest may have been removed themselves; an export, which describes its last
// segment as a running journal does not, lists as removed what it does not hold.
func (c *chain) judgeUntold() {
	since := -1
	for at, entry := range c.about.Removed {
		said, told := c.removed[entry.File]
		told = told && said["first"] == float64(entry.First)
		if told && since < 0 {
			since = at
		}
		if !told && since >= 0 {
			c.fault(entry.File, "it is listed as removed, and no record tells of that")
		}
	}
	if since >= 0 || len(c.about.Removed) == 0 {
		return
	}
	newest := c.about.Removed[len(c.about.Removed)-1]
	for _, entry := range c.about.Segments {
		if number(entry.File) == c.segment {
			c.note("records 1 to %d are not here, as in an export: no record says that they were removed", newest.Last)
			return
		}
	}
	c.fault(newest.File, "it is listed as removed, and no record tells of that")
}

func (c *chain) judgeManifest() {
	c.judgeRemoved()
	next, before := c.first, int64(len(c.about.Removed))
	for _, entry := range c.about.Segments {
		before++
		plain := strings.TrimSuffix(entry.File, ".gz")
		if number(entry.File) != before || entry.First != next || plain != fmt.Sprintf("%08d.jsonl", before) {
			c.fault("manifest.json", "its segments do not follow each other at %s", entry.File)
			return
		}
		next = entry.Last + 1
		root, err := tlog.TreeHash(entry.Last, c.reader())
		if err != nil || root.String() != entry.Root || c.lineHash[entry.Last] != entry.Hash || strings.Join(c.edge(entry.Last), " ") != strings.Join(entry.Edge, " ") {
			c.fault("manifest.json", "its description of %s is of other records", entry.File)
		}
		if c.times[entry.First] != entry.From || c.times[entry.Last] != entry.Until {
			c.fault("manifest.json", "the times of %s are wrong", entry.File)
		}
		packed, isPacked := c.file(plain + ".gz")
		_, isPlain := c.file(plain)
		if isPacked && !isPlain && hashOf(packed) != entry.FileHash {
			c.fault(plain+".gz", "the compressed file was changed")
		}
		if !isPacked && !isPlain {
			c.fault(plain, "the segment is missing")
		}
	}
}

// judgeNotes verifies every checkpoint: signature, size and root. It returns the size of the newest one.
func (c *chain) judgeNotes(given proofs) int64 {
	var verifiers []note.Verifier
	for _, vkey := range c.about.Keys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil || verifier.Name() != c.about.Origin {
			c.fault("manifest.json", "a key is no verifier key of this chain: %v", err)
			continue
		}
		// The library takes the number of a key in capital letters too.
		if !strings.HasPrefix(vkey, fmt.Sprintf("%s+%08x+", verifier.Name(), verifier.KeyHash())) {
			c.fault("manifest.json", "a key has another form than it was given")
		}
		verifiers = append(verifiers, verifier)
	}
	own := c.givenVerifiers(given.keys)
	newest := int64(0)
	last, isSigned := c.file("checkpoint")
	if isSigned {
		newest = c.judgeNote("checkpoint", string(last), verifiers)
	}
	earlier, isKept := c.file("checkpoints")
	if !isSigned && !isKept {
		c.note("there is no checkpoint: nothing of it is signed")
	}
	if !isSigned && !isKept && len(own) > 0 && len(c.passes) > 1 {
		c.fault("checkpoint", "it is missing, though more than one pass left records, and a key was given")
	}
	if len(own) > 0 && (isSigned || isKept) && !isSignedBy(own, append(splitNotes(string(earlier)), string(last))) {
		c.fault("checkpoint", "none is signed by the key that was given")
	}
	if isKept {
		if len(earlier) == 0 {
			c.fault("checkpoints", "it is empty")
		}
		for _, each := range splitNotes(string(earlier)) {
			if size := c.judgeNote("checkpoints", each, verifiers); size > newest {
				c.fault("checkpoint", "it is missing, or older than one of checkpoints")
			}
			c.judgeKept(each, string(earlier), false)
		}
	}
	if isSigned {
		c.judgeKept(string(last), string(earlier), true)
	}
	for _, each := range given.kept {
		if strings.HasPrefix(each, c.about.Origin+"\n") {
			c.judgeNote("a checkpoint that was kept", each, verifiers)
		}
	}
	if newest > 0 && newest < c.seq {
		c.note("records %d to %d stand behind the newest checkpoint: no signature is over them yet", max(newest+1, c.first), c.seq)
	}
	return newest
}

// givenVerifiers gives each key the name that it has in this chain.
func (c *chain) givenVerifiers(keys []string) []note.Verifier {
	var found []note.Verifier
	for _, vkey := range keys {
		parts := strings.Split(vkey, "+")
		bytes, err := base64.StdEncoding.DecodeString(strings.Join(parts[min(2, len(parts)-1):], "+"))
		if err != nil {
			c.fault("checkpoint", "a key that was given is none: %v", err)
			continue
		}
		sum := sha256.Sum256(append([]byte(c.about.Origin+"\n"), bytes...))
		named := fmt.Sprintf("%s+%s+%s", c.about.Origin, hex.EncodeToString(sum[:4]), base64.StdEncoding.EncodeToString(bytes))
		verifier, err := note.NewVerifier(named)
		if err != nil {
			c.fault("checkpoint", "a key that was given is none: %v", err)
			continue
		}
		found = append(found, verifier)
	}
	return found
}

func isSignedBy(verifiers []note.Verifier, notes []string) bool {
	for _, each := range notes {
		if _, err := note.Open([]byte(each), note.VerifierList(verifiers...)); err == nil {
			return true
		}
	}
	return false
}

// judgeKept compares the checkpoints that are kept with what one of them says of those before it. The newest one says it of all, but
// that it may stand among them itself already.
func (c *chain) judgeKept(source, all string, isNewest bool) {
	found := keptLine.FindStringSubmatch(strings.SplitN(source, "\n\n", 2)[0] + "\n")
	if found == nil {
		return
	}
	size, _ := strconv.Atoi(found[1])
	if size > len(all) || hashOf([]byte(all[:size])) != found[2] {
		c.fault("checkpoints", "its first %d bytes are not those that a checkpoint names", size)
	} else if rest := strings.TrimPrefix(all[size:], "\n"); isNewest && rest != "" && rest != source {
		c.fault("checkpoints", "it has more than the newest checkpoint names")
	}
}

var keptLine = regexp.MustCompile(`(?m)^kept (0|[1-9][0-9]*) (sha256:[0-9a-f]{64})$`)

var checkpoint = regexp.MustCompile(`^([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$`)

func (c *chain) judgeNote(file, source string, verifiers []note.Verifier) int64 {
	opened, err := note.Open([]byte(source), note.VerifierList(verifiers...))
	if err != nil {
		c.fault(file, "its signature is wrong: %v", err)
		return 0
	}
	for _, signature := range append(opened.Sigs, opened.UnverifiedSigs...) {
		// The library takes bits for none that no byte uses, and so two spellings for one signature.
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			c.fault(file, "a signature has another form than it was given: %v", err)
		}
	}
	if len(opened.UnverifiedSigs) > 0 {
		c.fault(file, "a signature of it is of no known key")
	}
	found := checkpoint.FindStringSubmatch(opened.Text)
	if found == nil || found[1] != c.about.Origin {
		c.fault(file, "it is no checkpoint of this chain")
		return 0
	}
	size, _ := strconv.ParseInt(found[2], 10, 64)
	if size > c.seq {
		c.fault(file, "it signs %d records, and there are %d", size, c.seq)
		return size
	}
	// A tree that is smaller than what was removed cannot be computed any more.
	if size < c.first-1 {
		return size
	}
	if root, err := tlog.TreeHash(size, c.reader()); err != nil || root.String() != found[3] {
		c.fault(file, "it signs other records than the %d that are there", size)
	}
	return size
}

// splitNotes takes notes apart that stand in one file, an empty line between each two.
func splitNotes(source string) []string {
	pieces := strings.Split(source, "\n\n")
	var notes []string
	for at := 0; at < len(pieces); at += 2 {
		each := pieces[at] + "\n\n"
		if at+1 < len(pieces) {
			each += pieces[at+1]
		}
		if at+2 < len(pieces) {
			each += "\n"
		}
		notes = append(notes, each)
	}
	return notes
}

func (c *chain) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			hash, ok := c.hashes[index]
			if !ok {
				return nil, fmt.Errorf("hash %d is not known", index)
			}
			hashes[at] = hash
		}
		return hashes, nil
	})
}

// The perfect trees that a tree of this size is made of, the largest first: level, and number on that level.
func perfect(size int64) [][2]int64 {
	var found [][2]int64
	for level, done := int64(62), int64(0); level >= 0; level-- {
		if size&(1<<level) != 0 {
			found = append(found, [2]int64{level, done >> level})
			done += 1 << level
		}
	}
	return found
}

func edgeHashes(entry segmentEntry) map[int64]tlog.Hash {
	hashes := map[int64]tlog.Hash{}
	for at, each := range perfect(entry.Last) {
		if at >= len(entry.Edge) {
			break
		}
		if hash, err := tlog.ParseHash(entry.Edge[at]); err == nil {
			hashes[tlog.StoredHashIndex(int(each[0]), each[1])] = hash
		}
	}
	return hashes
}

func (c *chain) edge(size int64) []string {
	var edge []string
	for _, each := range perfect(size) {
		edge = append(edge, c.hashes[tlog.StoredHashIndex(int(each[0]), each[1])].String())
	}
	return edge
}

// isCanonical knows the part of RFC 8785 that a manifest needs: keys in order, no blanks, whole numbers.
func isCanonical(source []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return false
	}
	var printed bytes.Buffer
	encoder := json.NewEncoder(&printed)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value) == nil && bytes.Equal(bytes.TrimSuffix(printed.Bytes(), []byte("\n")), source)
}

// hasKeys asks for the exact names of fields: encoding/json takes upper and lower case for the same.
func hasKeys(source []byte) bool {
	var top map[string]json.RawMessage
	if json.Unmarshal(source, &top) != nil {
		return false
	}
	for _, key := range []string{"v", "chain", "origin", "keys", "segments", "removed"} {
		if top[key] == nil {
			return false
		}
	}
	for _, key := range []string{"segments", "removed"} {
		var entries []map[string]json.RawMessage
		if json.Unmarshal(top[key], &entries) != nil {
			return false
		}
		for _, entry := range entries {
			for _, field := range []string{"file", "first", "last", "hash", "root", "edge", "from", "until"} {
				if entry[field] == nil {
					return false
				}
			}
			for field := range entry {
				if strings.EqualFold(field, "fileHash") && field != "fileHash" {
					return false
				}
			}
		}
	}
	return true
}

func number(file string) int64 {
	if len(file) < 8 {
		return 0
	}
	value, _ := strconv.ParseInt(file[:8], 10, 64)
	return value
}

func hashOf(source []byte) string {
	sum := sha256.Sum256(source)
	return "sha256:" + hex.EncodeToString(sum[:])
}
