{ echo '{"id":"one","text":"One."}'; yes '{"id":"none","text":3}' | head -n 14; } > flood.jsonl
pressmark --index flood index flood.jsonl
