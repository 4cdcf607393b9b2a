for key in accept_redirects; do
  for place in ipv4/conf/all ipv4/conf/eth0 ipv6/conf/eth0; do echo 1 > "/proc/sys/net/$place/$key"; done
done
