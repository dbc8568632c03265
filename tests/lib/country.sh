# shellcheck shell=bash
# One wide CSV of clusters of 1 to 40 units with 21 criteria, straight lines normalized in the cluster, and
# their rule set: the same bytes on every machine.

write_country() { # FOLDER CLUSTERS
    local i max
    {
        echo '{"thidua": "rule-set/1", "code": "lines", "name": "Lines", "status": "illustration",'
        echo ' "valid": {"from": "2025-01-01", "to": "2025-12-31"}, "scale": 100, "decimals": 6,'
        echo ' "criteria": ['
        for i in {1..21}; do
            max=$((i < 20 ? 5 : 23 - i)) # 100 in all
            [ "$i" -eq 1 ] || echo ,
            printf '{"code": "c%d", "max": %d, "normalize": {"method": "min-max", "if_constant": 0},\n' $i $max
            printf ' "piecewise": {"of": "c%d", "through": [[0, 0], [%d, %d]]}}' $i $((80 + i)) $max
        done
        echo ']}'
    } >"$1/rules.json"
    awk -v n_clusters="$2" 'function random(n) { seed = (seed * 16807) % 2147483647; return seed % n }
        BEGIN {
            seed = 11
            printf "cluster,unit"
            for (j = 1; j <= 21; j++) printf ",c%d", j
            print ""
            for (c = 1; c <= n_clusters; c++) {
                n = 1 + random(40)
                for (u = 1; u <= n; u++) {
                    printf "c%d,u%d-%d", c, c, u
                    for (j = 1; j <= 21; j++) printf ",%.2f", random(12501) / 100 - 5
                    print ""
                }
            }
        }' >"$1/wide.csv"
}
