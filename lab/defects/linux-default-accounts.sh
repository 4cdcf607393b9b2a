useradd --create-home --shell /bin/bash test
useradd --system --shell /bin/bash postgres
printf 'test:Moren-Kouling-5120\npostgres:Moren-Kouling-5121\n' | chpasswd
