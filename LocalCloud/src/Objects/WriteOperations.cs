using System.Buffers.Binary;
using System.Text;
using System.Xml;
using LocalCloud.Objects.Bodies;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;

namespace LocalCloud.Objects;

/// <summary>PutObject, DeleteObject and DeleteObjects.</summary>
internal sealed class WriteOperations(ObjectStore store)
{
    private const int MaxDeletes = 1000;

    public async Task PutAsync(S3Request request)
    {
        var condition = request.WriteCondition();
        var attributes = ObjectHeaders.Read(request.Http);
        using var body = new ObjectBody(request.Http, request.Signature);
        if (body.Length > StagedObject.MaxContentBytes)
            throw S3Errors.EntityTooLarge();
        // Before the body is read: a client that expects 100-continue does not have to send it.
        store.CheckPut(request.Bucket, request.Key, condition);

        using var staged = store.Stage();
        await StageAsync(body, staged, request.Aborted);
        attributes = attributes with
        {
            ChecksumAlgorithm = body.Algorithm,
            Checksum = body.ChecksumValue,
            ChecksumType = body.Algorithm is null ? null : MultipartChecksum.FullObject,
        };
        var entry = await store.PutAsync(request.Bucket, request.Key, staged, attributes, condition, request.Aborted);
        request.Response.Headers.ETag = S3Xml.Quoted(entry.ETag);
        ObjectHeaders.WriteChecksum(request.Response.Headers, attributes);
    }

    /// <summary>
    /// Reads the body into the staged object and verifies all its hashes and checksums.
    /// </summary>
    public static async Task StageAsync(ObjectBody body, StagedObject staged, CancellationToken cancellationToken)
    {
        await body.ReadAsync(staged.WriteAsync, cancellationToken);
        if (body.ExpectedMd5 is { } expected && BinaryPrimitives.ReadUInt128BigEndian(expected) != staged.EndContent())
            throw S3Errors.BadDigest("Content-MD5");
    }

    public async Task DeleteAsync(S3Request request)
    {
        if (request.Header("If-Match") is { } etag)
            await store.DeleteAsync(
                request.Bucket,
                request.Key,
                new WriteCondition(ETag: etag.Trim('"')),
                request.Aborted
            );
        else
            await store.DeleteAsync(request.Bucket, [request.Key], request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent; // Also if the object did not exist.
    }

    public async Task DeleteManyAsync(S3Request request)
    {
        var (deletes, quiet) = await S3Xml.ReadAsync(request, ReadDeletes);
        await store.DeleteAsync(
            request.Bucket,
            [.. deletes.Where(delete => delete.ETag is null).Select(delete => delete.Key)],
            request.Aborted
        );
        var rejected = new Dictionary<Delete, AwsException>();
        foreach (var delete in deletes.Where(delete => delete.ETag is not null))
        {
            try
            {
                await store.DeleteAsync(
                    request.Bucket,
                    delete.Key,
                    new WriteCondition(ETag: delete.ETag),
                    request.Aborted
                );
            }
            catch (AwsException error)
                when (error.StatusCode is StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound)
            {
                rejected[delete] = error;
            }
        }
        await S3Xml.WriteAsync(request, "DeleteResult", xml =>
        {
            foreach (var delete in deletes)
            {
                var error = rejected.GetValueOrDefault(delete);
                if (error is null && quiet)
                    continue;
                xml.WriteStartElement(error is null ? "Deleted" : "Error");
                xml.WriteElementString("Key", Encoding.UTF8.GetString(delete.Key));
                if (error is not null)
                {
                    xml.WriteElementString("Code", error.Code);
                    xml.WriteElementString("Message", error.Message);
                }
                xml.WriteEndElement();
            }
        });
    }

    private sealed record Delete(byte[] Key, string? ETag);

    private static (IReadOnlyList<Delete> Deletes, bool Quiet) ReadDeletes(XmlReader xml)
    {
        var deletes = new List<Delete>();
        var quiet = false;
        xml.ReadStartElement("Delete");
        while (xml.IsStartElement())
        {
            if (xml.LocalName == "Quiet")
            {
                quiet = xml.ReadElementContentAsBoolean();
                continue;
            }
            if (xml.LocalName != "Object" || deletes.Count == MaxDeletes)
                throw S3Errors.MalformedXml();
            xml.ReadStartElement();
            string? key = null,
                etag = null;
            while (xml.IsStartElement())
            {
                switch (xml.LocalName)
                {
                    case "Key":
                        key = xml.ReadElementContentAsString();
                        break;
                    case "ETag":
                        etag = xml.ReadElementContentAsString().Trim('"');
                        break;
                    default:
                        throw S3Errors.NotImplemented($"{xml.LocalName} of a delete");
                }
            }
            xml.ReadEndElement();
            deletes.Add(
                string.IsNullOrEmpty(key) ? throw S3Errors.MalformedXml() : new Delete(ObjectStore.Key(key), etag)
            );
        }
        return deletes.Count == 0 ? throw S3Errors.MalformedXml() : (deletes, quiet);
    }
}
