"""From a plan's steps to what gathering needs: addresses, logins and where their secrets stand."""

from audit.campus import view
from audit.campus.model import logins as written
from audit.campus.model.campus import CampusFile
from audit.campus.model.reference import SecretReference
from audit.campus.secrets import SecretError, Secrets
from audit.gather.target import Bastion, Become, Login, Secret, Target
from audit.gather.trouble import Trouble
from audit.plan import Step


def target_of(campus: CampusFile, step: Step, secrets: Secrets) -> Target:
    """The target of a step. Secrets stay references until the moment they are sent."""
    entry = campus.assets[step.asset]
    login = campus.logins.get(step.login)
    return Target(
        asset=step.asset,
        method="local" if step.method == "local" else "ssh",
        address=step.address,
        port=step.port,
        login=_login(step.login, login, secrets) if login else None,
        become=_become(step.login, login, secrets),
        bastion=_bastion(campus, login, secrets) if login else None,
        legacy_ssh=entry.legacy_ssh,
        addresses=view.login_addresses(campus, campus.site_of(entry.zone)),
        deadline=float(campus.limits.asset_deadline),
    )


def _secret(reference: SecretReference | None, purpose: str, secrets: Secrets) -> Secret | None:
    """A secret that is read when it is needed; failing to read it ends that asset's session with the cause."""
    if reference is None:
        return None

    def resolve() -> str:
        try:
            return secrets.resolve(reference, purpose).reveal()
        except SecretError as error:
            fault, _, advice = str(error).partition("；")
            raise Trouble(fault, advice or "检查 campus.yaml 里的引用") from None

    return Secret(str(reference), resolve)


def _login(name: str, login: written.Login, secrets: Secrets) -> Login:
    return Login(
        user=login.user or "",
        key=_secret(login.key, f"{name} 的私钥", secrets),
        passphrase=_secret(login.passphrase, f"{name} 的私钥口令", secrets),
        password=_secret(login.password, f"{name} 的登录口令", secrets),
    )


def _become(name: str, login: written.Login | None, secrets: Secrets) -> Become:
    become = login.become if login else None
    if become is None:
        return Become()
    return Become(
        method=become.method,
        user=become.user,
        password=_secret(become.password, f"{name} 的 {become.method} 口令", secrets),
        helper=str(become.helper) if become.helper else None,
        tty=become.tty,
    )


def _bastion(campus: CampusFile, login: written.Login, secrets: Secrets) -> Bastion | None:
    """The bastion of a login; the campus rules have made sure that they end and that names exist."""
    bastion = login.bastion
    if bastion is None:
        return None
    if bastion.asset is None:
        inner = campus.logins[bastion.login or ""]
        return Bastion(
            asset=str(bastion.host),
            address=str(bastion.host),
            port=bastion.port,
            login=_login(bastion.login or "", inner, secrets),
            bastion=_bastion(campus, inner, secrets),
        )
    entry = campus.assets[bastion.asset]
    name = campus.login_of(entry) or ""
    inner = campus.logins[name]
    return Bastion(
        asset=bastion.asset,
        address=str(entry.places()[0][1]),
        port=entry.port,
        login=_login(name, inner, secrets),
        legacy_ssh=entry.legacy_ssh,
        bastion=_bastion(campus, inner, secrets),
    )
