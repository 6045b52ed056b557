# Lines of engines, of which the fields from the second on are a ctime and a colon:
# "TIME DAY MONTH D H:M:S YEAR: …". `sick`: names of nodes.
BEGIN {
  split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", months, " ")
  for (m in months) number[months[m]] = m
  split(sick, words, " ")
  for (w in words) is_sick[words[w]] = 1
}
# Of the line at hand, seconds since 1970.
function tick_of_line(clock) {
  split($5, clock, ":")
  return mktime($6 + 0 " " number[$3] " " $4 " " clock[1] " " clock[2] " " clock[3])
}
