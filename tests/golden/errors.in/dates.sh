# Dates that are none, or name no day, in records and in front matter.
for date in '"2025-02-30"' '"April 2025"' 2025 '"2025"' '"2025-04"' 1745000000000 '"1745000000000"'; do
    echo "{\"date\":$date,\"text\":\"Rice and rain, told as $(echo "$date" | tr -d '"').\"}"
done > dates.jsonl
printf -- '---\ntitle: Rain\n\nRice was planted late.\n' > open.md
pressmark index dates.jsonl open.md --index dates
