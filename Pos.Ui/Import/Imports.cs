using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Pos.Import;

namespace Pos.Ui.Import;

/// <summary>
/// The imports of this server: so many as its options allow, on disk in a folder of the process's own
/// (<see cref="ImportFolder"/>). They end with it.
/// </summary>
internal sealed partial class Imports(
    IHttpClientFactory http,
    IOptions<ImportOptions> options,
    TimeProvider time,
    ILogger<Imports> logger
) : IAsyncDisposable
{
    /// <summary>Name of the HTTP client that sends purchases.</summary>
    public const string Client = "import";

    private static readonly Uri s_target = new("https+http://ingest/purchases");

    private readonly Lock _lock = new();
    private readonly ImportFolder _folder = new(Path.GetTempPath(), time.GetUtcNow());
    private readonly List<FileImport> _imports = [];

    public long MaximumFileBytes => options.Value.MaximumFileBytes;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<FileImport> Recent
    {
        get
        {
            lock (_lock)
                return [.. Enumerable.Reverse(_imports)];
        }
    }

    public FileImport? Find(string id)
    {
        lock (_lock)
            return _imports.Find(import => import.Id == id);
    }

    /// <summary>Takes a file in, and looks at its beginning. Nothing is sent.</summary>
    /// <param name="name">What its visitor calls it.</param>
    /// <param name="content">The file, read once and never held in memory.</param>
    /// <param name="cancellationToken">Ends it; what has come is thrown away.</param>
    /// <exception cref="IOException">The disk is full, or the content broke off.</exception>
    public async Task<FileImport> ReceiveAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, id)).FullName;
        try
        {
            long bytes;
            await using (
                var file = new FileStream(
                    FileImport.FileIn(folder),
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    64 * 1024,
                    FileOptions.Asynchronous
                )
            )
            {
                await content.CopyToAsync(file, cancellationToken);
                bytes = file.Length;
            }
            var preview = await Task.Run(
                () => ImportPreview.Of(FileImport.FileIn(folder), name, time.GetUtcNow()),
                cancellationToken
            );
            var import = new FileImport(id, name, bytes, folder, preview, time);
            Keep(import);
            return import;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Starts an import, or lets it go on.</summary>
    /// <returns>False when as many run as may, or it has made room for another.</returns>
    public bool TryStart(FileImport import, int? rate, string currency)
    {
        lock (_lock)
        {
            if (
                !_imports.Contains(import)
                || _imports.Count(each => each.Status.State is ImportState.Running) >= options.Value.MaximumRunning
            )
                return false;
            import.Start(new PurchaseSender(http.CreateClient(Client), s_target), rate, currency);
            LogStarted(logger, import.Id, import.Bytes);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var imports = Recent;
        foreach (var import in imports)
            import.Cancel();
        await Task.WhenAll(imports.Select(import => import.Running));
        _folder.Dispose();
    }

    private void Keep(FileImport import)
    {
        FileImport? oldest = null;
        lock (_lock)
        {
            _imports.Add(import);
            if (_imports.Count > options.Value.MaximumKept)
                oldest = _imports
                    .Where(each => each.Status.State is not ImportState.Running)
                    .MinBy(each => each.TouchedAt);
            if (oldest is not null)
                _imports.Remove(oldest);
        }
        if (oldest is not null)
            Directory.Delete(Path.Combine(_folder.Path, oldest.Id), recursive: true);
    }

    [LoggerMessage(6001, LogLevel.Information, "Import {Id} of {Bytes} bytes is sent to ingest")]
    private static partial void LogStarted(ILogger logger, string id, long bytes);
}
