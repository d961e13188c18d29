# One process writes while others try. It is known to write when it has told its first article, and
# it goes on until we close its input.
mkfifo wire told
pressmark index -v news/good.md - <wire 2>told &
exec 3>wire 4<told
read line <&4
"$@"
status=$?
echo '{"id":"late","text":"Late news about durian."}' >&3
exec 3>&- 4<&-
wait
rm wire told
exit $status
