using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Pos.Tests;

/// <summary>A folder with a <c>package-lock.json</c>, installed by one process at a time.</summary>
internal sealed class NpmFolder(string path)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public string Path => path;

    /// <summary>Runs <c>npm ci</c> unless what is wanted is there.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public async Task EnsureAsync(Func<bool> isInstalled)
    {
        if (isInstalled())
            return;
        using var timeout = new CancellationTokenSource(s_patience);
        await using var turn = await LockAsync(timeout.Token);
        if (!isInstalled()) // Another process may have installed it while this one waited.
            await InstallAsync(timeout.Token);
    }

    /// <summary>Runs <c>npm ci</c> unless what the lock file names is there.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public Task EnsureCurrentAsync() => EnsureAsync(IsCurrent);

    // npm writes this file last, and from the lock file: a lock that has changed since is installed anew.
    private bool IsCurrent()
    {
        var installed = new FileInfo(System.IO.Path.Combine(path, "node_modules", ".package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(System.IO.Path.Combine(path, "package-lock.json"));
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16];
        var file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"pos-npm-ci-{name}.lock");
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) // Another process has it open.
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private Task InstallAsync(CancellationToken cancellationToken)
    {
        var npm = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci"]) : new ProcessStartInfo("npm", ["ci"]);
        npm.WorkingDirectory = path;
        return Tool.RunAsync(npm, cancellationToken);
    }
}
