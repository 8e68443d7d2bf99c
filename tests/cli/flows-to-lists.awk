# The published flows by ICB (Year, Month, code, completed, incomplete, new) as lists for concord plan --csv. They tell no waits, so there are
# two bands: who joined in the month (nobody of them counts as treated), and everybody else.
BEGIN {
    FS = OFS = ","
    split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
    for (i in names) number[names[i]] = i
    print "icb", "period", "months_waited", "waiting", "treated", "referrals"
}
FNR > 1 && NF >= 6 {
    sub(/\r$/, "")
    month = sprintf("%d-%02d", $1, number[$2])
    print $3, month, 0, $6, 0, $6
    print $3, month, 1, $5 - $6, $4, ""
}
