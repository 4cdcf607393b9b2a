useradd --create-home --shell /bin/bash zhao
printf 'zhao:Ligang-Kouling-3307\n' | chpasswd
