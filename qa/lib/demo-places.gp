# Load of both nodes, and where every job was, over time: a column a run, all on
# the same scales.
reset
set terminal pngcairo size 1500,720 font "DejaVu Sans,10"
set output "places.png"
runs = "none algorithm1 algorithm2"
jobs = system("awk '{ print $1 }' jobs")
first(run) = real(system("awk '{ print $4; exit }' ".run.".log"))
last(run) = real(system("awk 'END { print $4 }' ".run.".log"))
longest = 0
do for [run in runs] {
  if (last(run) - first(run) > longest) { longest = last(run) - first(run) }
}
set multiplot layout 2,3
set lmargin 8
set grid xtics lc rgb "#dddddd"
set style line 1 lc rgb "#c0562b" lw 2
set style line 2 lc rgb "#1f5fa8" lw 2
set xrange [0:longest + 1]
set yrange [0:words(jobs) + 1]
set ylabel "load"
set key top right
do for [run in runs] {
  start = first(run)
  end = last(run)
  set title run
  plot for [n = 1:2] sprintf("node%d.load", n) \
    using ($1 > start - 1 && $1 < end + 1 ? $1 - start : NaN):2 \
    with lines ls n title sprintf("node%d", n)
}
unset title
unset ylabel
unset key
set xlabel "seconds"
set yrange [0.4:words(jobs) + 0.6] reverse
set ytics ()
do for [i = 1:words(jobs)] { set ytics add (word(jobs, i) i) }
do for [run in runs] {
  plot for [n = 1:2] run.".places" \
    using ($2 == n ? $3 : NaN):1:($4 - $3):(0) \
    with vectors nohead lw 9 lc rgb (n == 1 ? "#c0562b" : "#1f5fa8")
}
unset multiplot
