# Where each job was: awk -f … jobs log -> ROW NODE FROM TO
FILENAME == ARGV[1] { row[$1] = FNR; next }
!start { start = $4 }
$1 in node && node[$1] != $2 { put($1); delete node[$1] }
!($1 in node) { node[$1] = $2; from[$1] = $4 }
{ to[$1] = $4 }
END { for (job in node) put(job) }
function put(job) {
  print row[job], substr(node[job], 5), from[job] - start, to[job] - start, job
}
