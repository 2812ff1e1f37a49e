using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pos.AppHost.Embedded;

/// <summary>
/// A folder with a <c>package-lock.json</c>. <c>npm ci</c> begins by deleting <c>node_modules</c>: whoever runs it
/// takes a turn first, and looks again then.
/// </summary>
internal sealed class NpmFolder(string path)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    public string Path => path;

    /// <summary>Whether all that the lock file names is installed, for this platform.</summary>
    public bool IsCurrent => File.Exists(Stamp) && File.ReadAllText(Stamp) == Wanted;

    private string Stamp => InNodeModules(".installed");

    // node_modules holds binaries of one platform: a folder shared between two is installed anew.
    private string Wanted
    {
        get
        {
            using var lockFile = File.OpenRead(System.IO.Path.Combine(path, "package-lock.json"));
            return $"{Convert.ToHexStringLower(SHA256.HashData(lockFile))} {RuntimeInformation.RuntimeIdentifier}";
        }
    }

    public string InNodeModules(params string[] parts) => System.IO.Path.Combine([path, "node_modules", .. parts]);

    /// <summary>Waits until no other process installs here, and keeps the others out until it is disposed.</summary>
    /// <exception cref="TimeoutException">It has installed for five minutes.</exception>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                // Never deleted: a process that waits for it could else get one that is a file no more. A process that
                // is killed gives it up.
                return new FileStream(
                    System.IO.Path.Combine(path, "node_modules.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException held) when (held is not DirectoryNotFoundException)
            {
                if (TimeProvider.System.GetElapsedTime(began) > s_patience)
                    throw new TimeoutException(
                        $"Another process has been installing packages in {path} for {s_patience.TotalMinutes:0} minutes.",
                        held
                    );
                await Task.Delay(s_poll, cancellationToken);
            }
        }
    }

    /// <summary><c>npm ci</c> has ended well.</summary>
    public void MarkCurrent() => File.WriteAllText(Stamp, Wanted);
}
