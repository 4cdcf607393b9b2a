systemctl disable --now apt-daily.timer
rm -f /etc/apt/apt.conf.d/20auto-upgrades
rmdir --ignore-fail-on-non-empty /etc/systemd/system/timers.target.wants
