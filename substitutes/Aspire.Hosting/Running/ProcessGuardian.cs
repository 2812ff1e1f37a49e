using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting;

/// <summary>
/// Ends the children when this process is killed with a signal that it cannot handle. A shell in a session of its own
/// reads the children's ids from a pipe that only this process can write to; when the pipe ends while children are
/// left, it ends them, newest first. Containers are no children: it has the engine remove them.
/// </summary>
internal sealed class ProcessGuardian : IDisposable
{
    /// <summary>
    /// The group of a leader that ended may still have members, so each group is killed at the end in any case. A
    /// leader that nobody reaps stays as a zombie (state Z in /proc), which counts as ended.
    /// </summary>
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' HUP INT
        children= containers=
        while read -r change pid; do
            case $change in
            +) children="$pid $children" ;;
            -) kept=
               for child in $children; do [ "$child" = "$pid" ] || kept="$kept $child"; done
               children=$kept ;;
            container) containers="$containers $pid" ;;
            gone) kept=
               for container in $containers; do [ "$container" = "$pid" ] || kept="$kept $container"; done
               containers=$kept ;;
            esac
        done
        runs() {
            kill -0 "$1" || return 1
            [ -r "/proc/$1/stat" ] || return 0
            read -r stat < "/proc/$1/stat" || return 1
            case ${stat##*) } in Z*) return 1 ;; esac
        }
        for child in $children; do
            kill -TERM "$child"
            tries=0
            while runs "$child" && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
            kill -KILL "-$child"
        done
        [ -z "$containers" ] || "$1" rm --force --volumes $containers
        """;

    private readonly Lock _gate = new();
    private readonly Process _shell;

    private ProcessGuardian(Process shell) => _shell = shell;

    /// <param name="containerEngine">The engine's program.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no shell.</exception>
    public static ProcessGuardian Start(string containerEngine)
    {
        var start = ProcessSession.Describe("/bin/sh", ["-c", Script, "sh", containerEngine]);
        start.RedirectStandardInput = true;
        // Not a folder that somebody may want to delete while the application runs.
        start.WorkingDirectory = "/";
        return new ProcessGuardian(Process.Start(start)!);
    }

    public void Add(int processId) => Tell("+", processId.ToString(CultureInfo.InvariantCulture));

    public void Remove(int processId) => Tell("-", processId.ToString(CultureInfo.InvariantCulture));

    public void AddContainer(string name) => Tell("container", name);

    public void RemoveContainer(string name) => Tell("gone", name);

    public void Dispose()
    {
        lock (_gate)
            _shell.StandardInput.Close();
        _shell.Dispose();
    }

    private void Tell(string change, string what)
    {
        lock (_gate)
        {
            _shell.StandardInput.Write($"{change} {what}\n");
            _shell.StandardInput.Flush();
        }
    }
}
