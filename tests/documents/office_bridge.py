"""Run by a Python that can import uno: settles the files named on standard input in one LibreOffice.

Usage: office_bridge.py PROFILE, then lines ``command<TAB>source<TAB>target``; prints ``ready``, then ``ok`` per line.
"""

import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

TRIES = 240


def value(name, content):
    """One named property."""
    made = PropertyValue()
    made.Name, made.Value = name, content
    return made


def connected(pipe):
    """The office's context, once it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(TRIES):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("no office")


def main(profile):
    """Settle one file per line of standard input, then end the office."""
    pipe = "isoqms" + profile.replace("/", "")[-40:]
    options = ["--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen(
        ["soffice", f"-env:UserInstallation=file://{profile}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    context = connected(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    print("ready", flush=True)
    for line in sys.stdin:
        command, source, target = line.rstrip("\n").split("\t")
        document = desktop.loadComponentFromURL(f"file://{source}", "_blank", 0, (value("Hidden", True),))
        if command:
            dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, ())
        document.storeToURL(f"file://{target}", (value("FilterName", "MS Word 2007 XML"),))
        document.close(True)
        print("ok", flush=True)
    desktop.terminate()
    office.wait(60)


if __name__ == "__main__":
    main(sys.argv[1])
