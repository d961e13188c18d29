# Makes the index in $1 one of another format.
sed 's/\\"format\\":[0-9]*/\\"format\\":99/' "$1/meta.json" > other
mv other "$1/meta.json"
