# Starts a PostgreSQL cluster, and removes it when the other end of stdin closes.
# Arguments: the folder of the server programs, the folder for temporary files where memory is short.
# Prints "ready" and the cluster's folder, or what went wrong.
programs=$1
base=$2
umask 077

# A database is 300 files: in memory that is a matter of 25 ms, on a disk often of 200. Each takes 8 MB.
room_kib=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
[ -w /dev/shm ] && [ "${room_kib:-0}" -ge 4194304 ] && base=/dev/shm
folder=$(mktemp -d "$base/guildhall-postgres-XXXXXX" 2>&1) || { echo "$folder"; exit 1; }

# Nothing in the folder is wanted any more, so the server need not shut down in order.
finish() {
    "$programs/pg_ctl" stop -D "$folder/data" -m immediate -t 20
    rm -rf "$folder"
}
trap 'finish >/dev/null 2>&1' EXIT
# PIPE: the owner died before it could read "ready".
trap 'exit 1' HUP INT PIPE TERM

# A socket in a folder of our own needs no free port and lets nobody else in.
# Neither a crash of the machine nor bloat matters to data that lives for a minute.
"$programs/initdb" -D "$folder/data" -U guildhall -A trust -E UTF8 --locale=C --no-sync --wal-segsize=1 \
    >"$folder/log" 2>&1 &&
cat >>"$folder/data/postgresql.conf" <<END &&
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
fsync = off
full_page_writes = off
autovacuum = off
END
"$programs/pg_ctl" start -D "$folder/data" -l "$folder/log" -w -t 60 >/dev/null 2>&1 ||
    { tail -n 20 "$folder/log"; exit 1; }

echo ready
echo "$folder"
# `read` and not `cat`: a signal interrupts it.
while read -r _; do :; done
