# Execution time over program size, as in figures 4 and 5 of the paper.
set terminal pngcairo size 1200,480 font "DejaVu Sans,11"
set output "times.png"
set multiplot layout 1,2
set xlabel "program size (CPU seconds)"
set ylabel "execution time (seconds)"
set key top left
set grid ytics lc rgb "#dddddd"
set xrange [0:*]
set yrange [0:*]
do for [i = 1:2] {
  set title sprintf("Algorithm %d", i)
  plot "none.times" using 1:2 with linespoints lw 2 pt 7 lc rgb "#888888" \
         title "without balancing", \
       sprintf("algorithm%d.times", i) using 1:2 with linespoints lw 2 pt 5 \
         lc rgb "#1f5fa8" title sprintf("with algorithm %d", i)
}
unset multiplot
