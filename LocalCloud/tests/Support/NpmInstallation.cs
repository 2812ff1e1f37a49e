using System.Diagnostics;
using Pos.AppHost.Embedded;

namespace LocalCloud.Tests.Support;

/// <summary>Installs npm packages for tests.</summary>
internal static class NpmInstallation
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs <c>npm ci</c> unless the packages in the lock file are installed.</summary>
    /// <exception cref="InvalidOperationException">npm failed; the message has its output.</exception>
    public static async Task EnsureCurrentAsync(this NpmFolder folder)
    {
        if (folder.IsCurrent)
            return;
        using var folderLock = await folder.LockAsync(CancellationToken.None);
        if (folder.IsCurrent) // Another process has installed the packages in the meantime.
            return;
        using var timeout = new CancellationTokenSource(s_timeout);
        var npm = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci"])
            : new ProcessStartInfo("npm", ["ci"]);
        npm.WorkingDirectory = folder.Path;
        await Tool.RunAsync(npm, timeout.Token);
        folder.MarkCurrent();
    }
}
