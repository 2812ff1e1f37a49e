using LocalCloud.Objects.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCloud.Tests.Objects;

/// <summary>An object store in a temporary folder, which can be closed and opened again.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private ObjectStore? _store;

    public TemporaryStore() => _store = Open();

    public string Folder { get; } = Directory.CreateTempSubdirectory("pos objects ").FullName;
    public string Journal => Path.Combine(Folder, "journal");
    public ObjectStore Store => _store ?? throw new InvalidOperationException("The store did not open again.");

    public static async Task<TemporaryStore> WithBucketAsync(string bucket)
    {
        var store = new TemporaryStore();
        await store.Store.CreateBucketAsync(bucket, CancellationToken.None);
        return store;
    }

    /// <param name="whileClosed">Runs while the store is closed.</param>
    public void Restart(Action? whileClosed = null)
    {
        Close();
        whileClosed?.Invoke();
        _store = Open();
    }

    public async Task<string> ReadAsync(string bucket, string key)
    {
        using var reader = Store.OpenRead(bucket, key) ?? throw new KeyNotFoundException(key);
        using var content = new MemoryStream();
        await reader.CopyToAsync(content, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(content.ToArray());
    }

    public IEnumerable<string> DataFiles() =>
        Directory.EnumerateFiles(Path.Combine(Folder, "data"), "*", SearchOption.AllDirectories);

    public void Dispose()
    {
        Close();
        Directory.Delete(Folder, recursive: true);
    }

    private void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    private ObjectStore Open() => new(Folder, TimeProvider.System, NullLogger<ObjectStore>.Instance);
}
