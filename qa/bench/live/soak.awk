# Whether what was looked at each minute, "MINUTE RSS DESCRIPTORS THREADS", grew:
# the least of the last third beside the most of the first third, without the
# first two minutes. Exit status 1 if something did.
BEGIN { split("minute RSS descriptors threads", name, " ") }
$1 > 2 {
  ++n
  for (i = 2; i <= 4; ++i) value[n, i] = $i
}
END {
  third = int((n + 2) / 3)
  for (i = 2; i <= 4; ++i) {
    most = value[1, i]
    for (k = 2; k <= third; ++k) if (value[k, i] > most) most = value[k, i]
    least = value[n, i]
    for (k = n - third + 1; k < n; ++k) if (value[k, i] < least) least = value[k, i]
    # The allocator may take some more pages for good.
    allowed = i == 2 ? most * 1.05 : most
    verdict = (least > allowed) ? "grew" : (i == 2) ? "did not grow by 5 %" : "did not grow"
    if (least > allowed) bad = 1
    print name[i] ": " verdict " (" most " at most, then " least " at least)"
  }
  exit bad
}
