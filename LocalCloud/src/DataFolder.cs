using Microsoft.Extensions.Options;

namespace LocalCloud;

/// <summary>The folder that holds everything; this process's alone for as long as this object lives.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <exception cref="StartRefusedException">Another LocalCloud works on the folder.</exception>
    public DataFolder(IOptions<LocalCloudOptions> options)
    {
        FullPath = Path.GetFullPath(options.Value.DataFolder);
        Directory.CreateDirectory(FullPath);
        try
        {
            // The operating system lets go of it when the process ends, however it ends.
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
                $"Another LocalCloud is using the data folder '{FullPath}'. Stop it, or set LocalCloud:DataFolder to another one. ({error.Message})",
                error
            );
        }
    }

    public string FullPath { get; }

    public void Dispose() => _lock.Dispose();
}
