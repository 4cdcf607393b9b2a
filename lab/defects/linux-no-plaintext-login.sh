cat > /etc/systemd/system/telnet.socket <<'END'
[Socket]
ListenStream=0.0.0.0:23
Accept=yes
[Install]
WantedBy=sockets.target
END
printf '[Service]\nExecStart=/bin/true\nStandardInput=socket\n' > /etc/systemd/system/telnet@.service
systemctl daemon-reload
systemctl enable --now telnet.socket
