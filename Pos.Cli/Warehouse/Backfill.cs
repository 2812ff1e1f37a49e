using System.Net;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Amazon.S3;
using Amazon.S3.Model;
using LocalCloud.PostgresCopy;
using Npgsql;
using Pos.Storage;
using Pos.Storage.Warehouse;

namespace Pos.Cli.Warehouse;

/// <summary>
/// Loads objects that delivery skipped: those in the manifests under <c>errors/manifests/</c>. Objects in
/// <c>load_manifest</c> are already loaded and are skipped. A manifest moves to <c>errors/manifests-backfilled/</c>
/// when all its objects are loaded. After an interruption, the next run continues.
/// </summary>
internal sealed class Backfill(
    IAmazonKinesisFirehose firehose,
    IAmazonS3 s3,
    NpgsqlDataSource warehouse,
    PosResources resources,
    ObjectLoader loader,
    TextWriter output
)
{
    private const string BucketArn = "arn:aws:s3:::";
    private const string DefaultErrorPrefix = "errors/manifests/";

    private readonly Counts _counts = new();

    /// <summary>Loads the skipped objects. On Redshift, prints the statements to run instead.</summary>
    /// <param name="dryRun">True to print what would be loaded without loading it.</param>
    /// <param name="cancellationToken">Stops the backfill and rolls back the running load.</param>
    /// <returns>The exit code: 0, or 2 if an object cannot be loaded.</returns>
    public async Task<int> RunAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var destination = (
            await firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = resources.DeliveryStream },
                cancellationToken
            )
        )
            .DeliveryStreamDescription
            .Destinations[0]
            .RedshiftDestinationDescription;
        var bucket = destination.S3DestinationDescription.BucketARN[BucketArn.Length..];
        var prefix = destination.S3DestinationDescription.ErrorOutputPrefix ?? DefaultErrorPrefix;
        await using var connection = await warehouse.OpenConnectionAsync(cancellationToken);
        if (await IsRedshiftAsync(connection, cancellationToken))
            return await PrintStatementsAsync(destination, bucket, prefix, cancellationToken);

        var table = LoadTable.Parse(destination.CopyCommand.DataTableName, destination.CopyCommand.DataTableColumns);
        await foreach (var manifest in ManifestsAsync(bucket, prefix, cancellationToken))
        {
            if (await LoadAsync(connection, table, bucket, manifest, dryRun, cancellationToken) && !dryRun)
                await MoveAsync(
                    bucket,
                    manifest,
                    $"{prefix.TrimEnd('/')}-backfilled/{manifest[prefix.Length..]}",
                    cancellationToken
                );
        }
        if (_counts.Loaded > 0)
        {
            await using var merge = new NpgsqlCommand($"CALL {WarehouseTables.MergeProcedure}()", connection)
            {
                CommandTimeout = 0,
            };
            await merge.ExecuteNonQueryAsync(cancellationToken);
        }
        output.WriteLine(
            dryRun
                ? $"{_counts.Open} objects would be loaded, {_counts.Before} are already loaded, "
                    + $"{_counts.Failed} failed."
                : $"{_counts.Loaded} objects loaded ({_counts.Rows} rows, {_counts.RejectedRows} rejected), "
                    + $"{_counts.Before} already loaded, {_counts.Failed} failed."
        );
        return _counts.Failed == 0 ? ExitCodes.Done : ExitCodes.SomeRejected;
    }

    /// <returns>True if all objects of the manifest are in the warehouse.</returns>
    private async Task<bool> LoadAsync(
        NpgsqlConnection connection,
        LoadTable table,
        string bucket,
        string manifest,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        if (await BytesAsync(bucket, manifest, cancellationToken) is not { } content)
            return false; // Another backfill has moved it.
        if (SkippedManifest.Read(content) is not { } objects)
            return Failed($"s3://{bucket}/{manifest}", "is not a manifest");
        var loaded = await ObjectLoader.FindLoadedAsync(
            connection,
            [.. objects.Select(skipped => skipped.Url)],
            cancellationToken
        );
        var isWhole = true;
        foreach (var skipped in objects)
        {
            if (loaded.Contains(skipped.Url))
            {
                _counts.Before++;
                output.WriteLine($"{skipped.Url}: already loaded");
            }
            else if (!await ExistsAsync(skipped, cancellationToken))
            {
                isWhole = Failed(skipped.Url, "no longer exists");
            }
            else if (dryRun)
            {
                _counts.Open++;
                output.WriteLine($"{skipped.Url}: would be loaded");
            }
            else
            {
                isWhole &= await LoadAsync(connection, table, skipped, cancellationToken);
            }
        }
        return isWhole;
    }

    private async Task<bool> LoadAsync(
        NpgsqlConnection connection,
        LoadTable table,
        SkippedObject skipped,
        CancellationToken cancellationToken
    )
    {
        var url = skipped.Url;
        // Firehose gives compressed objects this extension.
        var staged = new StagedObject(url, skipped.Key.EndsWith(".gz", StringComparison.Ordinal), async token =>
            (await s3.GetObjectAsync(skipped.Bucket, skipped.Key, token)).ResponseStream
        );
        try
        {
            var result = await loader.LoadAsync(connection, table, staged, attempt: 1, cancellationToken);
            if (result.WasLoaded)
                _counts.Before++; // Another backfill loaded it meanwhile.
            else
                _counts.Add(result);
            output.WriteLine(
                result.WasLoaded
                    ? $"{url}: already loaded"
                    : $"{url}: {result.Rows} rows loaded, {result.Errors} rejected"
            );
            return true;
        }
        catch (Exception error)
            when (error is WarehouseLoadException or InvalidDataException or PostgresException { IsTransient: false })
        {
            return Failed(url, $"cannot be loaded: {error.Message}");
        }
    }

    private bool Failed(string what, string why)
    {
        _counts.Failed++;
        output.WriteLine($"{what}: {why}");
        return false;
    }

    private async IAsyncEnumerable<string> ManifestsAsync(
        string bucket,
        string prefix,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await s3.ListObjectsV2Async(request, cancellationToken);
            foreach (var entry in page.S3Objects ?? [])
                yield return entry.Key;
            request.ContinuationToken = page.NextContinuationToken;
        } while (page.IsTruncated is true);
    }

    private async Task MoveAsync(string bucket, string from, string to, CancellationToken cancellationToken)
    {
        if (await BytesAsync(bucket, from, cancellationToken) is not { } bytes)
            return;
        using var content = new MemoryStream(bytes);
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = to,
                InputStream = content,
            },
            cancellationToken
        );
        await s3.DeleteObjectAsync(bucket, from, cancellationToken);
    }

    private async Task<byte[]?> BytesAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await s3.GetObjectAsync(bucket, key, cancellationToken);
            using var bytes = new MemoryStream();
            await response.ResponseStream.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<bool> ExistsAsync(SkippedObject skipped, CancellationToken cancellationToken)
    {
        try
        {
            await s3.GetObjectMetadataAsync(skipped.Bucket, skipped.Key, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task<bool> IsRedshiftAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var version = new NpgsqlCommand("SELECT version()", connection);
        return ((string)(await version.ExecuteScalarAsync(cancellationToken))!).Contains(
            "Redshift",
            StringComparison.Ordinal
        );
    }

    // Redshift reads S3 itself, with its own role. Loading an object twice is harmless: the merge compares positions.
    private async Task<int> PrintStatementsAsync(
        RedshiftDestinationDescription destination,
        string bucket,
        string prefix,
        CancellationToken cancellationToken
    )
    {
        var copy = destination.CopyCommand;
        output.WriteLine("-- Redshift loads the objects itself. Run these statements there:");
        await foreach (var manifest in ManifestsAsync(bucket, prefix, cancellationToken))
            output.WriteLine(
                $"COPY {copy.DataTableName} ({copy.DataTableColumns}) FROM 's3://{bucket}/{manifest}' "
                    + $"IAM_ROLE default MANIFEST {copy.CopyOptions};"
            );
        output.WriteLine($"CALL {WarehouseTables.MergeProcedure}();");
        return ExitCodes.Done;
    }

    private sealed class Counts
    {
        public int Open { get; set; }
        public int Before { get; set; }
        public int Failed { get; set; }
        public int Loaded { get; private set; }
        public long Rows { get; private set; }
        public long RejectedRows { get; private set; }

        public void Add(LoadResult result)
        {
            Loaded++;
            Rows += result.Rows;
            RejectedRows += result.Errors;
        }
    }
}
