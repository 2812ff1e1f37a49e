using System.Diagnostics;
using Pos.AppHost.Embedded;

namespace LocalCloud.Tests.Support;

/// <summary>Installs what a test needs from npm.</summary>
internal static class NpmInstallation
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs <c>npm ci</c> unless what the lock file names is there.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task EnsureCurrentAsync(this NpmFolder folder)
    {
        if (folder.IsCurrent)
            return;
        using var folderLock = await folder.LockAsync(CancellationToken.None);
        if (folder.IsCurrent) // Another process has installed it while this one waited.
            return;
        using var timeout = new CancellationTokenSource(s_patience);
        var npm = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci"])
            : new ProcessStartInfo("npm", ["ci"]);
        npm.WorkingDirectory = folder.Path;
        await Tool.RunAsync(npm, timeout.Token);
        folder.MarkCurrent();
    }
}
