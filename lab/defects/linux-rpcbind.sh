printf '[Socket]\nListenStream=0.0.0.0:111\nListenDatagram=0.0.0.0:111\n[Install]\nWantedBy=sockets.target\n' > /etc/systemd/system/rpcbind.socket
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' > /etc/systemd/system/rpcbind.service
systemctl daemon-reload
systemctl enable --now rpcbind.socket rpcbind.service
