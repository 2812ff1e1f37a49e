using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pos.AppHost.Embedded;

/// <summary>
/// A folder with a <c>package-lock.json</c>. <c>npm ci</c> deletes <c>node_modules</c> first, so take the lock before
/// running it, and then check again whether it is still needed.
/// </summary>
internal sealed class NpmFolder(string path)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    public string Path => path;

    /// <summary>True if all packages of the lock file are installed for this platform.</summary>
    public bool IsCurrent => File.Exists(Stamp) && File.ReadAllText(Stamp) == Expected;

    private string Stamp => InNodeModules(".installed");

    // node_modules has binaries of one platform. A folder shared between two platforms is installed again.
    private string Expected
    {
        get
        {
            using var lockFile = File.OpenRead(System.IO.Path.Combine(path, "package-lock.json"));
            return $"{Convert.ToHexStringLower(SHA256.HashData(lockFile))} {RuntimeInformation.RuntimeIdentifier}";
        }
    }

    public string InNodeModules(params string[] parts) => System.IO.Path.Combine([path, "node_modules", .. parts]);

    /// <summary>Takes the lock of the folder. Waits while another process installs packages.</summary>
    /// <exception cref="TimeoutException">The other process has not ended within five minutes.</exception>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                // Never deleted: a waiting process could otherwise lock a deleted file. Killing a process releases the
                // lock.
                return new FileStream(
                    System.IO.Path.Combine(path, "node_modules.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException locked) when (locked is not DirectoryNotFoundException)
            {
                if (TimeProvider.System.GetElapsedTime(began) > s_timeout)
                    throw new TimeoutException(
                        $"Another process has been installing packages in {path} for more than "
                            + $"{s_timeout.TotalMinutes:0} minutes. End it and start again.",
                        locked
                    );
                await Task.Delay(s_poll, cancellationToken);
            }
        }
    }

    /// <summary>Records that <c>npm ci</c> succeeded.</summary>
    public void MarkCurrent() => File.WriteAllText(Stamp, Expected);
}
