cat > /etc/ssh/sshd_config.d/50-school.conf <<'END'
Ciphers aes256-gcm@openssh.com,aes256-ctr,aes128-cbc
MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-256,hmac-sha1
KexAlgorithms curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group14-sha1
HostKeyAlgorithms ssh-ed25519,ssh-rsa
END
systemctl reload ssh
