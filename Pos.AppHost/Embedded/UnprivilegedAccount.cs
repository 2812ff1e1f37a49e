namespace Pos.AppHost.Embedded;

/// <summary>
/// Runs Postgres as an ordinary user. Postgres does not run as root: if root runs the AppHost, Postgres runs as
/// <c>nobody</c> without capabilities. Otherwise it runs as the same user.
/// </summary>
internal static class UnprivilegedAccount
{
    private const string Nobody = "65534";

    /// <summary>True if the AppHost runs as root, so that Postgres needs another account.</summary>
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

    /// <summary>Runs a program under the account and waits for its end.</summary>
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

    /// <summary>True if other users can enter <paramref name="path"/> and every folder above it.</summary>
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
