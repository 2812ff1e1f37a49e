using Microsoft.Extensions.Options;

namespace Pos.LocalCloud;

/// <summary>The folder that holds everything; this process's alone for as long as this object lives.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <exception cref="DataFolderInUseException">Another LocalCloud works on the folder.</exception>
    public DataFolder(IOptions<LocalCloudOptions> options)
    {
        FullPath = Path.GetFullPath(options.Value.DataFolder);
        Directory.CreateDirectory(FullPath);
        try
        {
            // The operating system lets go of it when the process ends, however it ends.
            _lock = new FileStream(Path.Combine(FullPath, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new DataFolderInUseException(FullPath, error);
        }
    }

    public string FullPath { get; }

    public void Dispose() => _lock.Dispose();
}

internal sealed class DataFolderInUseException(string folder, Exception inner)
    : Exception($"Another LocalCloud is using the data folder '{folder}'. Stop it, or set LocalCloud:DataFolder to another one. ({inner.Message})", inner);
