using Microsoft.Extensions.Options;

namespace LocalCloud;

/// <summary>The folder with all data. A lock file reserves it for this process until this object is disposed.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <exception cref="StartRefusedException">Another LocalCloud uses the folder.</exception>
    public DataFolder(IOptions<LocalCloudOptions> options)
    {
        FullPath = Path.GetFullPath(options.Value.DataFolder);
        Directory.CreateDirectory(FullPath);
        try
        {
            // The operating system releases the lock when the process ends, even if it is killed.
            _lock = new FileStream(
                Path.Combine(FullPath, ".lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException error)
        {
            throw new StartRefusedException(
                $"Another LocalCloud is using the data folder '{FullPath}'. "
                    + $"Stop it, or set LocalCloud:DataFolder to another folder. ({error.Message})",
                error
            );
        }
    }

    public string FullPath { get; }

    public void Dispose() => _lock.Dispose();
}
