# What an engine said live, "TIME … [PID NAME|RATE]…", beside the lives of the
# processes, "PID KIND BEGIN END CPU": figures, one a line. The values of a line
# were taken between a delta before its tick was due (a host that is slow is not
# waited for) and TIME, when it came.
NR == FNR {
  kind[$1] = $2
  begin[$1] = $3
  end[$1] = $4
  share[$1] = $5 / ($4 - $3)
  next
}
{
  split($5, clock, ":")
  second = mktime($6 + 0 " 1 1 " clock[1] " " clock[2] " " clock[3])
  # Without the date: it is the same in all lines, but for midnight.
  late = $1 - second
  late -= int(late / 86400) * 86400
  came[++lines] = $1
  due[lines] = $1 - late
  if (lines == 1 || late < least) least = late
  text[lines] = $0
}
END {
  for (i = 2; i <= lines; ++i) {
    if (due[i] - due[i - 1] > 1.5) continue
    ++ticks
    look(text[i], oldest(i - 1), came[i - 1], oldest(i), came[i])
  }
  print "ticks", ticks + 0
  print "ticks-with-births-and-deaths", changed + 0
  print "had-to-be-said", must + 0
  print "short-lives-of-them", short + 0
  print "missing", missing + 0
  print "wrong", wrong + 0
  printf "rate-to-share %.2f\n", expected ? sum / expected : 0
}

# When the values of a line were taken at the earliest. Ticks are due at the
# same part of each second, which `due` does not tell.
function oldest(line) { return due[line] + least - 0.05 - 1 }

# One line: its values were taken from `from` to `to`, those before from
# `from_before` to `to_before`.
function look(line, from_before, to_before, from, to,  pid, rate, births, deaths, part) {
  split("", rate)
  while (match(line, /\[[0-9]+ [^|]*\|[^]]*\]/)) {
    part = substr(line, RSTART + 1, RLENGTH - 2)
    line = substr(line, RSTART + RLENGTH)
    pid = part + 0
    # What else runs there has no life in the list.
    if (!(pid in kind)) continue
    sub(/.*\|/, "", part)
    rate[pid] = part
    if (kind[pid] != "hot" || begin[pid] > to_before || end[pid] < from) {
      ++wrong
      print "wrong at", to, pid, kind[pid], begin[pid], end[pid], part > "/dev/stderr"
    }
  }
  for (pid in kind) {
    if (begin[pid] > to_before && begin[pid] < to) ++births
    if (end[pid] > to_before && end[pid] < to) ++deaths
    # It lived at both times for sure.
    if (kind[pid] != "hot" || begin[pid] > from_before || end[pid] < to) continue
    ++must
    if (end[pid] - begin[pid] < 8) ++short
    if (!(pid in rate)) {
      ++missing
      print "missing at", to, pid, begin[pid], end[pid] > "/dev/stderr"
    }
    if (pid in rate) sum += rate[pid]
    expected += share[pid]
  }
  if (births && deaths) ++changed
}
