echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_ra
