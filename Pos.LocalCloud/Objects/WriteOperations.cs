using System.Buffers.Binary;
using System.Text;
using System.Xml;
using Pos.LocalCloud.Objects.Bodies;
using Pos.LocalCloud.Objects.Storage;

namespace Pos.LocalCloud.Objects;

/// <summary>PutObject, CopyObject, DeleteObject, DeleteObjects.</summary>
internal sealed class WriteOperations(ObjectStore store)
{
    private const int MostDeletes = 1000;

    public async Task PutAsync(S3Request request)
    {
        var condition = request.WriteCondition();
        var attributes = ObjectHeaders.Read(request.Http);
        using var body = new ObjectBody(request.Http, request.Signature);
        if (body.Length > StagedObject.LargestContent)
            throw S3Errors.EntityTooLarge();
        store.CheckPut(request.Bucket, request.Key, condition); // before the body: a client that expects 100-continue need not send it

        using var staged = store.Stage();
        await StageAsync(body, staged, request.Aborted);
        attributes = attributes with { ChecksumAlgorithm = body.Algorithm, Checksum = body.ChecksumValue };
        var entry = await store.PutAsync(request.Bucket, request.Key, staged, attributes, condition, request.Aborted);
        request.Response.Headers.ETag = S3Xml.Quoted(entry.ETag);
        ObjectHeaders.WriteChecksum(request.Response.Headers, body.Algorithm, body.ChecksumValue);
    }

    /// <summary>Reads the body into the staged object and checks it by everything that was sent to check it by.</summary>
    public static async Task StageAsync(ObjectBody body, StagedObject staged, CancellationToken cancellationToken)
    {
        await body.ReadAsync(staged.WriteAsync, cancellationToken);
        if (body.ExpectedMd5 is { } expected && BinaryPrimitives.ReadUInt128BigEndian(expected) != staged.EndContent())
            throw S3Errors.BadDigest("Content-MD5");
    }

    public async Task CopyAsync(S3Request request, string source)
    {
        var (bucket, key) = Source(source);
        var replace = request.Header("x-amz-metadata-directive") == "REPLACE";
        if (!replace && bucket == request.Bucket && key.AsSpan().SequenceEqual(request.Key))
            throw S3Errors.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.");
        var condition = request.WriteCondition();
        store.CheckPut(request.Bucket, request.Key, condition);
        using var reader = store.OpenRead(bucket, key) ?? throw S3Errors.NoSuchKey();
        if (ReadCondition.Of(request, "x-amz-copy-source-").Fails(reader.Entry) is not null)
            throw S3Errors.PreconditionFailed("x-amz-copy-source-if-…");
        if (reader.Entry.Size > StagedObject.LargestContent)
            throw S3Errors.InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");

        var attributes = (replace ? ObjectHeaders.Read(request.Http) : reader.Attributes) with
        {
            ChecksumAlgorithm = reader.Attributes.ChecksumAlgorithm,
            Checksum = reader.Attributes.Checksum,
            Extents = [],
        };
        using var staged = store.Stage();
        await foreach (var chunk in reader.ReadAsync(0, reader.Entry.Size, request.Aborted))
            await staged.WriteAsync(chunk, request.Aborted);
        var entry = await store.PutAsync(request.Bucket, request.Key, staged, attributes, condition, request.Aborted);
        await S3Xml.WriteAsync(request, "CopyObjectResult", xml =>
        {
            xml.WriteElementString("LastModified", S3Xml.Time(entry.LastModified));
            xml.WriteElementString("ETag", S3Xml.Quoted(entry.ETag));
        });
    }

    public async Task DeleteAsync(S3Request request)
    {
        if (request.Header("If-Match") is not null)
            throw S3Errors.NotImplemented("If-Match of a delete");
        await store.DeleteAsync(request.Bucket, [request.Key], request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent; // also where there was nothing
    }

    public async Task DeleteManyAsync(S3Request request)
    {
        var (keys, quiet) = await S3Xml.ReadAsync(request, ReadDeletes);
        await store.DeleteAsync(request.Bucket, keys, request.Aborted);
        await S3Xml.WriteAsync(request, "DeleteResult", xml =>
        {
            foreach (var key in quiet ? [] : keys)
            {
                xml.WriteStartElement("Deleted");
                xml.WriteElementString("Key", Encoding.UTF8.GetString(key));
                xml.WriteEndElement();
            }
        });
    }

    private static (IReadOnlyList<byte[]> Keys, bool Quiet) ReadDeletes(XmlReader xml)
    {
        var keys = new List<byte[]>();
        var quiet = false;
        xml.ReadStartElement("Delete");
        while (xml.IsStartElement())
        {
            if (xml.LocalName == "Quiet")
            {
                quiet = xml.ReadElementContentAsBoolean();
                continue;
            }
            if (xml.LocalName != "Object" || keys.Count == MostDeletes)
                throw S3Errors.MalformedXml();
            xml.ReadStartElement();
            string? key = null;
            while (xml.IsStartElement())
            {
                key = xml.LocalName == "Key" ? xml.ReadElementContentAsString()
                    : throw S3Errors.NotImplemented($"{xml.LocalName} of a delete");
            }
            xml.ReadEndElement();
            keys.Add(string.IsNullOrEmpty(key) ? throw S3Errors.MalformedXml() : ObjectStore.Key(key));
        }
        return keys.Count == 0 ? throw S3Errors.MalformedXml() : (keys, quiet);
    }

    private static (string Bucket, byte[] Key) Source(string header)
    {
        if (header.Contains("?versionId=", StringComparison.Ordinal))
            throw S3Errors.NotImplemented("versionId");
        var source = header.StartsWith('/') ? header[1..] : header;
        // Both "bucket/key" and the whole escaped ("bucket%2Fkey") are in use.
        var decoded = Encoding.UTF8.GetString(S3Request.Decode(source));
        var slash = decoded.IndexOf('/');
        return slash <= 0 || slash == decoded.Length - 1
            ? throw S3Errors.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
            : (decoded[..slash], ObjectStore.Key(decoded[(slash + 1)..]));
    }
}
