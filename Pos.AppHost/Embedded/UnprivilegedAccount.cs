namespace Pos.AppHost.Embedded;

/// <summary>
/// Runs Postgres as an ordinary user. Postgres refuses to run as root, so an AppHost of root starts it as
/// <c>nobody</c>, without any capability; other users start it as themselves.
/// </summary>
internal static class UnprivilegedAccount
{
    private const string Nobody = "65534";

    /// <summary>True if the AppHost runs as root and Postgres therefore needs another account.</summary>
    public static bool IsNeeded => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>Returns the command and the leading arguments that run a program under the account.</summary>
    public static (string Command, string[] Prefix) Wrap(string program) =>
        IsNeeded
            ? (
                "setpriv",
                [
                    $"--reuid={Nobody}",
                    $"--regid={Nobody}",
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--no-new-privs",
                    program,
                ]
            )
            : (program, []);

    /// <summary>Runs a program under the account and waits for it to end well.</summary>
    public static Task RunAsync(
        string program,
        string[] arguments,
        CancellationToken cancellationToken,
        string? input = null
    )
    {
        var (command, prefix) = Wrap(program);
        return CommandLine.RunAsync(command, [.. prefix, .. arguments], cancellationToken, input);
    }

    /// <summary>True if every folder above <paramref name="path"/>, and itself, lets other users pass.</summary>
    public static bool CanReach(string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }

    /// <summary>
    /// Makes the account the owner of a folder and all that is in it. Does nothing if the AppHost is not root.
    /// </summary>
    public static Task TakeOverAsync(string folder, CancellationToken cancellationToken) =>
        IsNeeded
            ? CommandLine.RunAsync("chown", ["-R", $"{Nobody}:{Nobody}", folder], cancellationToken)
            : Task.CompletedTask;
}
