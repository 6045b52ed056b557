# Makes the table from what netstat_bench printed for each load, and checks the
# promises. Exit status 1 if one does not hold.
FNR == 1 {
  load = FILENAME
  sub(/.*result\./, "", load)
  loads[++load_count] = load
}
{
  if (!($1 in known)) {
    known[$1] = 1
    names[++name_count] = $1
  }
  ms[$1, load] = $2
}

function ratio(name, other, load) {
  return (name, load) in ms && ms[other, load] > 0 ? ms[name, load] / ms[other, load] : 0
}

function cell(name, load,  bare, ss) {
  if (!((name, load) in ms)) return " – | – | –"
  bare = ratio(name, "bare walk", load)
  ss = ratio("ss -tinp", name, load)
  return sprintf(" %.2f | %s | %s", ms[name, load], bare ? sprintf("%.2f", bare) : "–",
    ss ? sprintf("1/%.1f", ss) : "–")
}

# promise WHAT LOAD VALUE LIMIT: the value may be the limit at most.
function promise(what, load, value, limit,  verdict) {
  verdict = value > 0 && value <= limit ? "pass" : "miss"
  if (verdict == "miss") missed = 1
  printf "%s  %s, %s: %.3f (at most %.3f)\n", verdict, what, load, value, limit
}

END {
  printf "| CPU of a sample |"
  for (i = 1; i <= load_count; ++i) printf " %s: ms | / bare | / ss |", loads[i]
  printf "\n|---|"
  for (i = 1; i <= load_count; ++i) printf "---|---|---|"
  print ""
  for (n = 1; n <= name_count; ++n) {
    printf "| %s |", names[n]
    for (i = 1; i <= load_count; ++i) printf "%s |", cell(names[n], loads[i])
    print ""
  }
  print ""
  for (i = 1; i <= load_count; ++i) {
    load = loads[i]
    promise("attribute: walk / bare walk", load, ratio("attribute: walk", "bare walk", load), 1.5)
    promise("publish / bare walk", load, ratio("publish", "bare walk", load), 2.5)
  }
  for (i = 1; i <= load_count; ++i)
    if (loads[i] == "1000x10" || loads[i] == "1x5000") {
      promise("attribute: walk / ss -tinp", loads[i], ratio("attribute: walk", "ss -tinp", loads[i]), 1 / 15)
      promise("publish / ss -tinp", loads[i], ratio("publish", "ss -tinp", loads[i]), 1 / 15)
    }
  exit missed
}
